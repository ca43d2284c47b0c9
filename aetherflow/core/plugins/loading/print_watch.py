"""Sees which lines of a plugin print while it is imported."""

from aetherflow.core.plugins.loading.mounted_plugin import MountedPlugin
from aetherflow.core.plugins.loading.surroundings import SideEffect


class PrintWatch:
    """Keeps the place of every print, each line once."""

    def __init__(self, plugin: MountedPlugin) -> None:
        self._plugin = plugin
        self._seen: dict[tuple[str, int], SideEffect] = {}

    @property
    def seen(self) -> list[SideEffect]:
        """The prints, in order."""
        return list(self._seen.values())

    def saw_one(self) -> None:
        """Take note of a print that is under way."""
        file, line = self._plugin.own_line() or ("", 0)
        self._seen.setdefault((file, line), SideEffect("print", "", file, line))
