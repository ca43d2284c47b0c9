"""What a manifest may demand and this version does not do yet: refused, so that nobody relies on what is not there."""

from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.operator_manifest import TrustSection
from aetherflow.core.documents.reader import Document

_SIGNATURES = "this version checks no signatures of plugins yet"
_ISOLATION = "this version runs plugins in its own process only"


def unmet_demands(document: Document, trust: TrustSection) -> Iterator[Diagnostic]:
    """Refuse what the manifest demands of every plugin and none can show: to go on would be to pass over it."""
    if trust.require_signature:
        yield _unmet(document, "require_signature", "AF-P701", _SIGNATURES, "write false")
    if trust.signers:
        yield _unmet(document, "signers", "AF-P701", _SIGNATURES, "remove it")
    if trust.require_isolation != "none":
        yield _unmet(document, "require_isolation", "AF-P702", _ISOLATION, "write none")


def _unmet(document: Document, key: str, code: str, missing: str, remedy: str) -> Diagnostic:
    path: DocumentPath = ("trust", key)
    return Diagnostic(
        code=code,
        message=f'"trust.{key}" cannot be met: {missing}',
        hint=f"{remedy} to run without that protection, or use a version of AetherFlow that has it",
        span=document.span(path),
        path=path,
    )
