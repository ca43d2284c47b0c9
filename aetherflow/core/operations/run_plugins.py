"""The plugins whose code a run has loaded, as its record tells of them."""

from typing import Any

from msgspec import Struct


class RunPlugin(Struct, frozen=True, kw_only=True):
    """One plugin that was loaded. ``isolation`` is the level that was achieved, not one that was wished for.

    ``loaded_as`` is the name of its outermost module in ``sys.modules``.
    """

    id: str
    name: str
    version: str
    origin: str
    digest: str
    isolation: str
    import_seconds: float
    loaded_as: str = ""

    def facts(self) -> dict[str, Any]:
        """Give the payload of its event."""
        return {
            "plugin": self.id,
            "name": self.name,
            "version": self.version,
            "origin": self.origin,
            "digest": self.digest,
            "isolation": self.isolation,
            "duration_seconds": self.import_seconds,
        }
