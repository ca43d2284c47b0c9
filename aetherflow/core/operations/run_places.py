"""Where a run keeps its state and where its jobs work: from the flow, else the settings, else the user's folders."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.environment.settings import default_state_root, default_work_root
from aetherflow.core.operations.preparation import Prepared
from aetherflow.core.resolution.render import TemplateError, render
from aetherflow.core.resolution.scope import Scope
from aetherflow.core.state.workspace import STATE_FILE


class RunPlaces(Struct, frozen=True):
    """Absolute paths: the state file, the folder of runs' own files, the folder of jobs' files."""

    state_file: Path
    state_root: Path
    work_root: Path

    def recorded(self) -> dict[str, list[str]]:
        """Give the roots as a run's record keeps them, for those who look for its folders later."""
        return {"state_roots": [str(self.state_root)], "work_roots": [str(self.work_root)]}


def run_places(
    prepared: Prepared, env: Mapping[str, str], params: Mapping[str, Any], *, state_file: Path | None = None
) -> RunPlaces:
    """Decide the places; relative ones of the flow are relative to the flow's folder (of a bundle's flow to
    the manifest's), of variables to the current.

    A ``state_file`` that is given is taken, whatever the flow says.
    """
    header = prepared.checked_flow().definition.flow
    scope = Scope({"env": env, "params": params})
    state_root = (prepared.settings.state_root or default_state_root()).absolute()
    state_path = _rendered(header.state.path, scope)
    work_root = _rendered(header.workspace.root, scope)
    return RunPlaces(
        state_file=state_file or (prepared.base_dir / state_path if state_path else state_root / STATE_FILE),
        state_root=state_root,
        work_root=prepared.base_dir / work_root
        if work_root
        else (prepared.settings.work_root or default_work_root()).absolute(),
    )


def _rendered(template: str | None, scope: Scope) -> str | None:
    if template is None:
        return None
    try:
        return str(render(template, scope))
    except TemplateError as error:
        raise InputError(str(error)) from None
