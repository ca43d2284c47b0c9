"""The doors for programs that run flows. A plugin that imports a door pays for what is behind it when it calls."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.event import Event
from aetherflow.core.contracts.observer import ObserverPlugin
from aetherflow.core.contracts.result import RunResult


def run_flow(
    flow: str | Path,
    *,
    params: Mapping[str, Any] = {},
    plugins: Sequence[Any] = (),
    observers: Sequence[Callable[[Event], None] | ObserverPlugin] = (),
    env: Mapping[str, str] | None = None,
    plugin_paths: Sequence[str | Path] = (),
    run_id: str | None = None,
    run_key: str | None = None,
    resume: bool = False,
) -> RunResult:
    """Run a flow once, to the end, and give its result; a failed run is a result, a refusal raises AetherFlowError.

    ``plugins`` are decorated classes and functions, and sub-classes of BasePlugin; ``plugin_paths`` folders and files
    of plugins, as `--plugin-path` names them; ``observers`` are functions that take an event, and objects of
    ObserverPlugin: each gets every event on a thread of its own, and has seen all of them when this returns, unless it
    took longer than `drain_seconds`. ``env`` is the environment (default: the process's own). ``run_key`` makes the run
    once-only: where the key has a run already, that is resumed, or its result given if it ended SUCCESS.

    Example::

        result = run_flow("flow.yaml", params={"day": "2026-01-31"})
        print(result.status, result.jobs["main"].outputs)
    """
    from aetherflow.core.operations.embedding import run_request  # deferred: a door
    from aetherflow.core.operations.run_flow import run  # deferred: a door

    request = run_request(
        flow,
        params,
        plugins=plugins,
        observers=observers,
        env=env,
        plugin_paths=plugin_paths,
        run_id=run_id,
        run_key=run_key,
        resume=resume,
    )
    return run(request)


def validate_flow(
    flow: str | Path,
    *,
    plugins: Sequence[Any] = (),
    env: Mapping[str, str] | None = None,
    plugin_paths: Sequence[str | Path] = (),
) -> list[Diagnostic]:
    """Give everything that can be said of a flow before it runs; an empty list is praise.

    Example::

        for finding in validate_flow("flow.yaml"):
            print(finding.code, finding.message)
    """
    from aetherflow.core.operations import embedding  # deferred: a door

    return embedding.validate_flow(flow, plugins=plugins, env=env, plugin_paths=plugin_paths)
