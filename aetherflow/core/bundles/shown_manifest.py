"""The text of a manifest as findings may show it: secrets that are written in it are covered, columns stay true."""

from aetherflow.core.connectors.marking import literal_secrets, marking_of
from aetherflow.core.documents.covering import covered, without_credentials
from aetherflow.core.documents.operator_manifest import OperatorManifest
from aetherflow.core.documents.reader import Document


def shown_manifest(document: Document, definition: OperatorManifest) -> str:
    """Give the text with asterisks over credentials in URLs, and over what resources mark as secret."""
    text = without_credentials(document.source.text)
    for name, resource in definition.resources.items():
        for leaf in marking_of(resource).leaves:
            if any(literal_secrets(leaf)):
                text = covered(text, *document.extent(("resources", name, *leaf.path)))
    return text
