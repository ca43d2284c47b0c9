"""What a document may ask for and this version does not do yet: refused, so that nobody relies on what is not there.

A feature that comes takes its lines here away, and puts its keys into the record of its document.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.operator_manifest import TrustSection
from aetherflow.core.documents.reader import Document


class LaterKey(Struct, frozen=True):
    """Why a key is refused: the code, what is missing, and what to do until it comes."""

    code: str
    missing: str
    hint: str


PLUGINS_FILE_KEYS: Mapping[str, LaterKey] = {
    "workflow_plugins": LaterKey("AF-P220", "this version has no settings of compilers yet", "remove it"),
}

_SIGNATURES = "this version checks no signatures of plugins yet"
_ISOLATION = "this version runs plugins in its own process only"


def later_key_findings(document: Document, data: Mapping[str, Any], keys: Mapping[str, LaterKey]) -> list[Diagnostic]:
    """Refuse the keys of a document that nothing reads yet."""
    return [_later_key(document, key, keys[key]) for key in data if key in keys]


def unmet_demands(document: Document, trust: TrustSection) -> Iterator[Diagnostic]:
    """Refuse what the manifest demands of every plugin and none can show: to go on would be to pass over it."""
    if trust.require_signature:
        yield _unmet(document, "require_signature", "AF-P701", _SIGNATURES, "write false")
    if trust.signers:
        yield _unmet(document, "signers", "AF-P701", _SIGNATURES, "remove it")
    if trust.require_isolation != "none":
        yield _unmet(document, "require_isolation", "AF-P702", _ISOLATION, "write none")


def _later_key(document: Document, key: str, later: LaterKey) -> Diagnostic:
    return Diagnostic(
        code=later.code,
        message=f'"{key}" cannot be honoured: {later.missing}',
        hint=later.hint,
        span=document.span((key,), key=True),
        path=(key,),
    )


def _unmet(document: Document, key: str, code: str, missing: str, remedy: str) -> Diagnostic:
    path: DocumentPath = ("trust", key)
    return Diagnostic(
        code=code,
        message=f'"trust.{key}" cannot be met: {missing}',
        hint=f"{remedy} to run without that protection, or use a version of AetherFlow that has it",
        span=document.span(path),
        path=path,
    )
