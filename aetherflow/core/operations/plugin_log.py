"""plugins.log: each operation of a plugin, in the run's own folder, and to whoever watches: `--debug-plugins`."""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.event import Event
from aetherflow.core.events.segments import harmless
from aetherflow.core.operations.preparation import Prepared
from aetherflow.core.plugins.trace_lines import TraceLines, json_line
from aetherflow.core.plugins.tracing import PluginOperation, TracedOperation, Watcher
from aetherflow.core.state.appended_file import AppendedFile, NotAppended
from aetherflow.core.state.folder import Folder

PLUGIN_LOG = "plugins.log"

#: An error may hold a whole document.
_LONGEST_TEXT = 500


class PluginLog:
    """Takes the operations of a run's plugins, masks them, shows them, and appends them to a file.

    Plugins are loaded before the run has a folder: what they did is held until the run's first event. A log that cannot
    be written does not stop the run: ``warn`` is told once, and the log ends there.
    """

    def __init__(
        self, *, as_json: bool, now: Callable[[], float], mask: Callable[[str], str], watch: Watcher | None
    ) -> None:
        self._written = json_line if as_json else TraceLines().text
        self._now = now
        self._mask = mask
        self._watch = watch
        self._held: list[TracedOperation] = []
        self._run: _Run | None = None
        self._has_begun = False

    def __call__(self, operation: PluginOperation) -> None:
        """Take an operation that is over."""
        traced = TracedOperation(timestamp=self._now(), operation=operation)
        if self._watch:
            self._watch(self._masked(traced))
        if self._has_begun:
            self._append(self._text(traced))
        else:
            self._held.append(traced)

    def belongs_to(self, folder: Folder, warn: Callable[[str], None]) -> None:
        """Say in which run's folder the file is, and who is told that it cannot be written."""
        self._run = _Run(AppendedFile(folder, PLUGIN_LOG), warn)

    def on_event(self, event: Event) -> None:
        """Write what is held once the run has begun: a run that is refused before has no log."""
        if self._has_begun:
            return
        self._has_begun = True
        self._append("".join(map(self._text, self._held)))
        self._held.clear()

    def close(self) -> None:
        """Let go of the file."""
        run, self._run = self._run, None
        if run:
            run.file.close()

    def _append(self, text: str) -> None:
        run = self._run
        if run is None or not text:
            return
        try:
            run.file.append(text)
        except NotAppended as why:
            self.close()
            run.warn(f'the log "{run.file.path}" ends here, it cannot be written: {why}')

    def _text(self, traced: TracedOperation) -> str:
        return self._written(self._masked(traced))

    def _masked(self, traced: TracedOperation) -> TracedOperation:
        texts = {name: self._one_line(getattr(traced.operation, name)) for name in ("plugin", "name", "outcome")}
        return replace(traced, operation=replace(traced.operation, **texts))

    def _one_line(self, text: str) -> str:
        """Mask a text before it is cut, so that no part of a secret is left."""
        line = self._mask(harmless(text)).strip("\n").replace("\n", "\\n")
        return line if len(line) <= _LONGEST_TEXT else f"{line[:_LONGEST_TEXT]}…"


def open_plugin_log(prepared: Prepared, now: Callable[[], float], watch: Watcher | None) -> PluginLog:
    """Begin to trace the plugins of a flow; those that may not load are told at once."""
    log = PluginLog(
        as_json=prepared.settings.log_format == "json", now=now, mask=prepared.masker.mask_text, watch=watch
    )
    found = prepared.plugins.found if prepared.plugins else None
    for left in found.left_out if found else ():
        why = f"left out: {left.diagnostics[0].message}"
        log(PluginOperation(operation="load", plugin=left.plugin.source.id, outcome=why, failed=True))
    for left in found.disabled if found else ():
        log(PluginOperation(operation="load", plugin=left.plugin.source.id, outcome="disabled on this machine"))
    return log


class _Run(Struct, frozen=True):
    file: AppendedFile
    warn: Callable[[str], None]
