"""What a caller asks of the operations; the command line and embedding programs build these."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:  # most flows are files
    from aetherflow.core.contracts.compiled_flow import FlowText


class SurroundingsRequest(Struct, frozen=True, kw_only=True):
    """What decides which plugins there are. ``plugin_paths`` are those of flags; paths are
    relative to the current directory.

    ``bundle_manifest`` is the operator's manifest, ``plugins_file`` what is read in the place of plugins.yaml.
    """

    environ: Mapping[str, str]
    plugin_paths: tuple[str, ...] = ()
    plugins_file: str | None = None
    bundle_manifest: str | None = None


class ToolRequest(SurroundingsRequest, frozen=True, kw_only=True):
    """A tool to call alone. ``params`` is JSON, ``@FILE``, or ``-`` for standard input; None for no params."""

    tool: str
    params: str | None = None
    stdin: Callable[[], bytes] = lambda: b""


class FlowRequest(SurroundingsRequest, frozen=True, kw_only=True):
    """A flow, and the surroundings in which it is read. ``flow`` is a path, a URI or ``-`` for stdin.

    Where the manifest names a bundle, it is a path inside that, and may be empty: then its `entry_flow` is meant.
    ``text`` is the flow itself, where it has been compiled already. ``allow_stale`` takes the copy of what a compiler
    gave before, where its source cannot be asked; ``no_cache`` neither reads such copies nor keeps them.
    """

    flow: str
    text: "FlowText | None" = None
    allow_stale: bool = False
    no_cache: bool = False
    allow_stale_bundle: bool = False  # what was fetched earlier serves where the bundle's source fails
    stdin: Callable[[], bytes] = lambda: b""
    workflow: str | None = None
    strict_env: bool = False
    params: Mapping[str, str] = {}
    plugins: Sequence[Any] = ()  # decorated classes and functions of an embedding program


class RunRequest(FlowRequest, frozen=True, kw_only=True):
    """A flow to run. ``resume`` continues the run ``run_id``, or the newest unfinished one of the flow.

    ``run_key`` makes it once-only: the run that has the key is resumed, or its result given. ``state_file`` is taken in
    the place of the one that the flow or the settings name; ``logs_debug`` puts debug messages into the run's log;
    ``debug_plugins`` traces each operation of a plugin into plugins.log; ``observers`` are functions and objects of an
    embedding program that are told of every event.
    """

    run_id: str | None = None
    run_key: str | None = None
    resume: bool = False
    accept_changes: bool = False
    redo: tuple[str, ...] = ()
    assume_done: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    only: bool = False
    fail_fast: bool = False
    state_file: Path | None = None
    logs_debug: bool = False
    debug_plugins: bool = False
    observers: Sequence[Any] = ()
