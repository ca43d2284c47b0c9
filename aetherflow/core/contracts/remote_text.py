"""A text from elsewhere, with what its source knows it by."""

from collections.abc import Mapping

from msgspec import Struct


class RemoteText(Struct, frozen=True, kw_only=True):
    """Bytes as they were fetched. ``validators`` tell them from other bytes of the same source: an ETag, say."""

    content: bytes
    validators: Mapping[str, str] = {}
