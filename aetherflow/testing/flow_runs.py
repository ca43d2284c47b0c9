"""Runs of flows in the process of the test, through the engine, with state and workspaces of the test's own."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from aetherflow.core.contracts.compiled_flow import FlowText
from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.contracts.event import Event
from aetherflow.core.contracts.observer import ObserverPlugin
from aetherflow.core.contracts.result import RunResult
from aetherflow.core.diagnostics.text import render_text
from aetherflow.core.environment.snapshot import RESERVED_PREFIX
from aetherflow.core.operations.compiled_document import compile_document
from aetherflow.core.operations.embedding import run_request
from aetherflow.core.operations.plugin_documents import PLUGINS_FILE_NAME
from aetherflow.core.operations.run_flow import run
from aetherflow.core.plugins.plugin_tree import PLUGIN_MANIFEST
from aetherflow.testing.surroundings import environment_in

Flow = Mapping[str, Any] | str | Path
PluginPaths = Sequence[str | Path]

_PATHS_VARIABLE = f"{RESERVED_PREFIX}PLUGIN_PATHS"
_NO_PLUGIN = (
    f"the test loads no plugin but what is installed: the folder above it that has an {PLUGIN_MANIFEST} would be one, "
    "and so are those that the fixture plugin_paths gives"
)


class FlowRunner:
    """What the fixture `run_flow` gives."""

    def __init__(self, folder: Path, plugin_paths: PluginPaths, events: list[Event]) -> None:
        self._folder = folder
        self._plugin_paths = plugin_paths
        self.events = events

    def __call__(
        self,
        flow: Flow,
        params: Mapping[str, Any] | None = None,
        *,
        plugins: Sequence[Any] = (),
        plugin_paths: PluginPaths | None = None,
        env: Mapping[str, str] | None = None,
        observers: Sequence[Callable[[Event], None] | ObserverPlugin] = (),
        resume: bool = False,
    ) -> RunResult:
        """Run a flow to its end: a mapping, a text of several lines, or a path or URI.

        A mapping or text lies in the test's folder, where it finds the plugins.yaml that the test has written.
        ``plugins`` are decorated classes and functions, ``plugin_paths`` what is loaded in the place of the fixture of
        that name; ``env`` is laid over the process's environment, ``resume`` continues the last run of the flow that
        did not succeed. A failed run is a result. Raises InputError for a flow that cannot run and PluginRefused for a
        plugin that cannot load; pytest shows their findings, and ``pytest.raises(…, match=…)`` finds words in them.
        """
        text = _text_of(flow)
        asked = run_request(
            text.name if text else str(flow),
            params or {},
            text=text,
            plugins=plugins,
            observers=observers,
            env=environment_in(self._folder, env or {}),
            plugin_paths=self._plugin_paths if plugin_paths is None else plugin_paths,
            resume=resume,
        )
        request = replace(asked, plugins_file=str(_plugins_file_in(self._folder))) if text else asked
        try:
            return run(request, listeners=[self.events.append])
        except AetherFlowError as error:
            if error.diagnostics:  # shown below the traceback, and looked through by `match`
                error.add_note(render_text(error.diagnostics, error.sources, mask=error.mask))
            if not (request.plugins or request.plugin_paths or request.environ.get(_PATHS_VARIABLE)):
                error.add_note(_NO_PLUGIN)
            raise


def _text_of(flow: Flow) -> FlowText | None:
    """Give the text of a flow that is none of a file."""
    if isinstance(flow, Path) or (isinstance(flow, str) and "\n" not in flow.strip() and not flow.startswith("{")):
        return None
    return compile_document(flow, source="", workflow_name=None, validate=False).flow_text()


def _plugins_file_in(folder: Path) -> Path:
    """Give the test's plugins.yaml, else one that says nothing: that of the current directory is no part of a test."""
    written = folder / PLUGINS_FILE_NAME
    if written.exists():
        return written
    empty = folder / ".aetherflow" / PLUGINS_FILE_NAME
    empty.parent.mkdir(exist_ok=True)
    empty.write_text("version: 1\n", encoding="utf-8")
    return empty
