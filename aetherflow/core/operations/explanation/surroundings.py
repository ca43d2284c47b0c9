"""What a flow's surroundings decide: params, settings, folders, env files."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.span import DocumentPath, render_path
from aetherflow.core.documents.flow import FlowHeader
from aetherflow.core.environment.env_files import expand_home, parse_env_files
from aetherflow.core.environment.settings import Settings, variable_of
from aetherflow.core.environment.snapshot import ENV_FILES_VARIABLE
from aetherflow.core.operations.explanation.texts import Texts
from aetherflow.core.operations.explanation.values import (
    EnvFileExplanation,
    FolderExplanation,
    ParamExplanation,
    SettingExplanation,
    TextExplanation,
    site_of,
)
from aetherflow.core.operations.preparation import Prepared
from aetherflow.core.operations.run_places import run_places
from aetherflow.core.validation.uses import setting_uses


def explained_params(
    prepared: Prepared, given: Mapping[str, str], values: Mapping[str, Any]
) -> Iterator[ParamExplanation]:
    """Say of every declared param what it is, and who says so."""
    flow = prepared.checked_flow()
    for name, declaration in flow.definition.params.items():
        origin = "given" if name in given else "its default" if name in values else "required and not given"
        path = ("params", name, "default") if origin == "its default" else ("params", name)
        yield ParamExplanation(
            name=name,
            type=declaration.type,
            origin=origin,
            site=site_of(flow.span(*path, key=origin != "its default")),
            is_known=name in values,
            value=values.get(name),
        )


def explained_settings(prepared: Prepared, texts: Texts) -> Iterator[SettingExplanation]:
    """Give the settings that differ from their defaults: variables first, then the flow's header."""
    default = Settings()
    for field in Settings.__struct_fields__:
        value, usual = getattr(prepared.settings, field), getattr(default, field)
        if value != usual:
            name = variable_of(field)
            shown = f"JSON, {len(value)} characters" if field == "profiles_json" else _plain(value)
            set_by = prepared.snapshot.origins.get(name, "process")
            yield SettingExplanation(name=name, value=shown, default=_plain(usual), set_by=set_by)
    yield from _header_settings(prepared, texts)


def _header_settings(prepared: Prepared, texts: Texts) -> Iterator[SettingExplanation]:
    flow = prepared.checked_flow()
    usual = dict(_header_leaves(FlowHeader(id=flow.definition.flow.id)))
    for inner, value in _header_leaves(flow.definition.flow):
        path = ("flow", *inner)
        if value == usual[inner]:
            continue
        told: list[TextExplanation] = [texts.explain(use, flow, path, path) for use in setting_uses(value, path)]
        yield SettingExplanation(
            name=render_path(path),
            value=told[0].value if told and told[0].is_known else told[0].written if told else value,
            default=usual[inner],
            set_by="flow",
            site=site_of(flow.span(*path)),
            tokens=told[0].tokens if told else [],
        )


def _header_leaves(header: FlowHeader) -> Iterator[tuple[DocumentPath, Any]]:
    sections = {"workspace": header.workspace, "state": header.state, "locks": header.locks}
    pending: list[tuple[DocumentPath, Any]] = [((), msgspec.to_builtins(sections))]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            pending += ((((*path, key), child)) for key, child in reversed(value.items()))
        else:
            yield path, value


def explained_folders(prepared: Prepared, params: Mapping[str, Any]) -> Iterator[FolderExplanation]:
    """Say where a run would keep its state and its jobs' files; nothing where a template of theirs has no value yet."""
    try:
        places = run_places(prepared, prepared.snapshot.values, params)
    except InputError:
        return
    header, settings = prepared.checked_flow().definition.flow, prepared.settings
    state = _decided_by(header.state.path, "flow.state.path", settings.state_root, "state_root")
    work = _decided_by(header.workspace.root, "flow.workspace.root", settings.work_root, "work_root")
    yield FolderExplanation(name="state file", path=str(places.state_file), set_by=state)
    yield FolderExplanation(name="jobs' folders", path=str(places.work_root), set_by=work)


def _decided_by(own: str | None, path: str, setting: Path | None, field: str) -> str:
    return path if own else variable_of(field) if setting else "default"


def explained_env_files(prepared: Prepared) -> Iterator[EnvFileExplanation]:
    """Give the env files in their order; a later one wins."""
    text = prepared.snapshot.values.get(ENV_FILES_VARIABLE, "")
    origins = list(prepared.snapshot.origins.values())
    for file in parse_env_files(text) if text.strip() else ():
        yield EnvFileExplanation(
            path=file.path,
            type=file.type,
            prefix=file.prefix,
            is_there=expand_home(file.path, prepared.snapshot.values.get("HOME")).exists(),
            variables=origins.count(file.path),
        )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else list(value) if isinstance(value, tuple) else value
