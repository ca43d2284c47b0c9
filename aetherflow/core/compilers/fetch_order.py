"""What is to be fetched, and within which bounds."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from aetherflow.core.compilers.uri import shown_flow
from aetherflow.core.contracts.remote_text import RemoteText
from aetherflow.core.documents.source import MAX_DOCUMENT_BYTES

LONGEST_SECONDS = 30.0


class Fetch(Struct, frozen=True, kw_only=True):
    """What is wanted, and how. ``known`` is what was fetched before: it comes back where the source says so."""

    uri: str
    headers: Mapping[str, str] = {}
    options: Mapping[str, Any] = {}
    timeout_seconds: float = LONGEST_SECONDS
    most_bytes: int = MAX_DOCUMENT_BYTES
    known: RemoteText | None = None
    env: Mapping[str, str] = {}

    @property
    def name(self) -> str:
        """The URI as it may be shown."""
        return shown_flow(self.uri)
