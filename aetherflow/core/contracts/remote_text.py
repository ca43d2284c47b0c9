"""A text from elsewhere, with what its source knows it by."""

from collections.abc import Mapping

from msgspec import Struct


class RemoteText(Struct, frozen=True, kw_only=True):
    """Bytes as they were fetched. ``validators`` tell them from other bytes of the same source: an ETag, say.

    ``name`` is the URI as people may see it, without credentials.

    Example::

        fetched = fetch_text("flow.yaml")
        print(fetched.name, len(fetched.content), fetched.validators)
    """

    content: bytes
    name: str = ""
    validators: Mapping[str, str] = {}
