"""A document becomes the operator's manifest, or findings."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors, in_order_of_place
from aetherflow.core.documents.bundle_findings import bundle_findings
from aetherflow.core.documents.later_features import unmet_demands
from aetherflow.core.documents.misplaced_keys import with_better_place
from aetherflow.core.documents.operator_manifest import LoadedManifest, OperatorManifest, SecretsSection
from aetherflow.core.documents.reader import Document
from aetherflow.core.documents.settings_document import type_settings


class ManifestReading(Struct, frozen=True):
    """The manifest, unless something is wrong with it, and the findings.

    ``definition`` is what could be made of the document all the same.
    """

    manifest: LoadedManifest | None
    diagnostics: list[Diagnostic]
    definition: OperatorManifest | None = None


def load_manifest(document: Document, folder: Path) -> ManifestReading:
    """Type a document as a manifest; whoever decides what is trusted is not guessed at, so nothing is repaired."""
    converted = type_settings(document, OperatorManifest, "manifests")
    findings = [with_better_place(finding) for finding in converted.diagnostics]
    definition: OperatorManifest | None = converted.value
    if definition is not None:
        findings += bundle_findings(document)
        findings += unmet_demands(document, definition.trust)
        findings += _secrets(document, definition.secrets, findings)
    manifest = LoadedManifest(document, folder, definition) if definition and not has_errors(findings) else None
    return ManifestReading(manifest, in_order_of_place(findings), definition)


def _secrets(document: Document, secrets: SecretsSection | None, found: list[Diagnostic]) -> Iterator[Diagnostic]:
    if secrets is None or any(finding.path[:1] == ("secrets",) for finding in found):
        return
    written = [key for key in ("path", "module") if getattr(secrets, key).strip()]
    if len(written) != 1:
        yield Diagnostic(
            code="AF-B110",
            message="the secrets of the manifest name " + ("two hooks" if written else "no hook"),
            hint="there is one secrets hook: write its `path` or its `module`",
            span=document.span(("secrets",), key=True),
            path=("secrets",),
        )
    elif "\0" in secrets.path:
        yield Diagnostic(
            code="AF-B111",
            message="the path of the secrets hook has a NUL character in it",
            span=document.span(("secrets", "path")),
            path=("secrets", "path"),
        )
