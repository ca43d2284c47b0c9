"""What nobody registers may be registered by a plugin that is not known in full, or that may not load."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.registry import Kind


class AbsentPlugins(Struct, frozen=True, kw_only=True):
    """Plugins whose names the registry lacks.

    ``unread`` are the names of those that may register more than could be read; ``left_out`` gives, for what a plugin
    that may not load would register, that plugin. ``are_told`` says that being left out is an error of its own, and
    ``are_unknown`` that no plugin could be looked for, which is one too.
    """

    unread: tuple[str, ...] = ()
    left_out: Mapping[tuple[Kind, str], str] = {}
    are_told: bool = False
    are_unknown: bool = False

    def judge(self, finding: Diagnostic, kind: Kind, name: str) -> Diagnostic | None:
        """Give the finding of an unknown name as it is to be told; None where the plugin's own finding tells all."""
        if self.are_unknown:
            return None
        if plugin := self.left_out.get((kind, name)):
            note = f'the plugin "{plugin}" registers it, and is left out'
            return None if self.are_told else replace(finding, notes=(*finding.notes, note))
        if not self.unread:
            return finding
        names = ", ".join(f'"{each}"' for each in self.unread)
        plugins = "the plugin" if len(self.unread) == 1 else "the plugins"
        note = f"it may be registered by {plugins} {names}: what that is, is only known when the code runs"
        return replace(finding, severity=Severity.WARNING, notes=(*finding.notes, note))
