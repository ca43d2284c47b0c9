"""The text of a manifest as findings may show it: secrets that are written in it are covered, columns stay true."""

from aetherflow.core.connectors.marking import literal_secrets, marking_of
from aetherflow.core.documents.covering import covered, without_credentials
from aetherflow.core.documents.operator_manifest import OperatorManifest
from aetherflow.core.documents.reader import Document
from aetherflow.core.environment.shortest_secret import SHORTEST_SECRET


def shown_manifest(document: Document, definition: OperatorManifest) -> str:
    """Give the text with asterisks over credentials in URLs, and over what resources mark as secret."""
    text = without_credentials(document.source.text)
    for name, resource in definition.resources.items():
        for leaf in marking_of(resource).leaves:
            secrets = [secret for secret in literal_secrets(leaf) if secret]
            if secrets:
                text = covered(text, *document.extent(("resources", name, *leaf.path)))
            for secret in secrets:
                text = _without(text, secret)
    return text


def _without(text: str, secret: str) -> str:
    """Cover a secret wherever else it stands, for example behind an anchor; a short one is a word like any other."""
    return text if len(secret) < SHORTEST_SECRET else text.replace(secret, covered(secret, 0, len(secret)))
