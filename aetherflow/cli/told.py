"""What findings tell whoever typed the command: files as seen from here, further commands with the options given."""

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:  # every command has a reader, and few have something to tell
    from aetherflow.core.contracts.diagnostic import Diagnostic
    from aetherflow.core.operations.requests import SurroundingsRequest
    from aetherflow.core.plugins.plugin_finding import PluginFinding

#: Options that decide which plugins there are, by the names of their values.
_SURROUNDINGS = {
    "plugin_path": "--plugin-path",
    "plugins_file": "--plugins-file",
    "bundle_manifest": "--bundle-manifest",
}
_COMMAND = r"`(aetherflow (?:tools list|plugins (?:list|doctor|why|sync|enable|disable|config))\b[^`]*)`"


class Reader(Struct, frozen=True):
    """Who reads: in which folder, and by which options about plugins the command was told where they are."""

    folder: str = ""
    options: tuple[str, ...] = ()

    def tell(self, diagnostic: "Diagnostic") -> "Diagnostic":
        """Give a finding as this reader can use it."""
        from aetherflow.core.diagnostics.nearby import nearby  # deferred: only when there is a finding

        told = nearby(diagnostic, self.folder)
        return replace(
            told,
            hint=self.advise(told.hint) if told.hint else None,
            notes=tuple(self.advise(note) for note in told.notes),
        )

    def tell_all(self, diagnostics: "Iterable[Diagnostic]") -> "list[Diagnostic]":
        """Give findings as this reader can use them."""
        return [self.tell(each) for each in diagnostics]

    def tell_of_plugins(self, findings: "Iterable[PluginFinding]") -> "tuple[PluginFinding, ...]":
        """Give findings of plugins as this reader can use them."""
        return tuple(replace(each, diagnostic=self.tell(each.diagnostic)) for each in findings)

    def sources(self, sources: Mapping[str, str]) -> dict[str, str]:
        """Give the texts that findings point into by the names that findings have for them."""
        from aetherflow.core.diagnostics.nearby import nearby_path  # deferred, as above

        return {nearby_path(file, self.folder): text for file, text in sources.items()}

    def advise(self, text: str) -> str:
        """Give an advice whose commands have the options of this one, so that they see the same plugins."""
        if not self.options:
            return text
        import re  # deferred: mostly nothing is advised

        return re.sub(_COMMAND, lambda command: f"`{self.command(command[1])}`", text)

    def command(self, command: str) -> str:
        """Give a command with the options of this one."""
        if not self.options:
            return command
        import shlex  # deferred, as above

        return f"{command} {shlex.join(self.options)}"


def reader_of(values: Mapping[str, Any]) -> Reader:
    """Know the reader by the values of a command's options."""
    return Reader(_here(), tuple(_given(values)))


def options_of(request: "SurroundingsRequest") -> list[str]:
    """Give the options that ask for the surroundings of a request."""
    names = {
        "plugin_path": request.plugin_paths,
        "plugins_file": request.plugins_file,
        "bundle_manifest": request.bundle_manifest,
    }
    return list(_given(names))


def _given(values: Mapping[str, Any]) -> Iterable[str]:
    for name, option in _SURROUNDINGS.items():
        value = values.get(name) or ()
        for each in (value,) if isinstance(value, str) else value:
            yield option
            yield each


def _here() -> str:
    try:
        return os.getcwd()  # noqa: PTH109  # as text, to be compared with texts
    except OSError:  # it was removed: nothing lies below it
        return ""
