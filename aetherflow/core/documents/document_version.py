"""The version of a document's form: one that is not known here has rules that are not known either."""

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.documents.reader import Document


def version_finding(document: Document, documents: str) -> Diagnostic | None:
    """Refuse every version but 1; ``documents`` is what people call documents of this kind."""
    version = document.data.get("version") if isinstance(document.data, dict) else None
    if type(version) not in (int, float) or version == 1:
        return None
    return Diagnostic(
        code="AF-S201",
        message=f"{documents} of version {version} are not known to this version of AetherFlow",
        hint="write `version: 1`, or install a newer AetherFlow",
        span=document.span(("version",)),
        path=("version",),
    )
