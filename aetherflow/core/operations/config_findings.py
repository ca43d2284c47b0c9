"""Whether what plugins are given is what they take, wherever it is said."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import DocumentPath, render_path
from aetherflow.core.documents.overlay import overlaid
from aetherflow.core.documents.plugins_file import LoadedPluginsFile
from aetherflow.core.operations.plugin_settings import written_setting
from aetherflow.core.plugins.config_schemas import Schema, config_problems, manifest_schemas
from aetherflow.core.plugins.config_values import value_at
from aetherflow.core.plugins.plugin_set import PluginSet
from aetherflow.core.validation.schema_problem import SchemaProblem


class _Configured(Struct, frozen=True):
    """Who is given a config: the name that it is told by, those that it is looked for under, and what it takes."""

    shown: str
    names: tuple[str, ...]
    schemas: tuple[Schema, ...]


def config_findings(found: PluginSet, file: LoadedPluginsFile | None) -> Iterator[Diagnostic]:
    """Compare what each plugin that loads is given with its `config_schema`."""
    for each in _configured(found):
        written = written_setting(file, each.names).config
        local = found.switches.config_of(each.names) if found.switches else {}
        for problem in config_problems(each.schemas, overlaid(written, local)):
            finding = config_finding(problem, each.shown)
            if problem.kind != "missing" and _has(local, problem.path):
                yield replace(finding, notes=(_how_to_unset(problem, each),))
            else:
                notes = (
                    (_where_to_set(problem, each),)
                    if problem.kind == "missing" and found.mode == "internal_fast"
                    else ()
                )
                yield _placed(replace(finding, notes=notes), problem, each, file)


def config_finding(problem: SchemaProblem, plugin: str) -> Diagnostic:
    """Say how the config of a plugin departs from its schema."""
    outermost = len(problem.path) == (problem.kind == "unknown")
    verb = {"unknown": "takes no key", "missing": "needs the key"}.get(problem.kind)
    if verb and outermost:
        message = f'the config of the plugin "{plugin}" {verb} "{problem.key}"'
    else:
        place = f" (in {render_path(problem.path)})" if len(problem.path) > 1 else ""
        message = f'the config of the plugin "{plugin}": {problem.message}{place}'
    hint = "; ".join(filter(None, (problem.label, problem.hint)))
    return Diagnostic(code="AF-P153", message=message, hint=hint or None, path=problem.path)


def _configured(found: PluginSet) -> Iterator[_Configured]:
    """Give the classes that plugins register, those of an embedding program too, and plugins that register none."""
    plugins = {plugin.source.id: plugin for plugin in found.plugins}
    classes = found.catalogue.registry.plugins
    for each in classes:
        plugin = plugins.get(each.plugin)
        own = (each.input_schema,) if each.input_schema is not None else ()
        schemas = (*(manifest_schemas(plugin) if plugin else ()), *own)
        yield _Configured(each.name, (each.name, each.plugin, plugin.source.name if plugin else each.plugin), schemas)
    having = {each.plugin for each in classes}
    for plugin_id, plugin in plugins.items():
        if plugin_id in having:
            continue
        yield _Configured(plugin_id, (plugin_id, plugin.source.name), tuple(manifest_schemas(plugin)))


def _placed(
    finding: Diagnostic,
    problem: SchemaProblem,
    configured: _Configured,
    file: LoadedPluginsFile | None,
) -> Diagnostic:
    """Point into plugins.yaml, where that is what says something."""
    settings = file.definition.settings if file else {}
    name = next((name for name in configured.names if name in settings), None)
    if file is None or name is None or not _has(settings[name].config, problem.path):
        return finding
    place: DocumentPath = ("settings", name, "config", *problem.path)
    return replace(finding, span=file.span(*place, key=problem.kind == "unknown"), path=place)


def _where_to_set(problem: SchemaProblem, configured: _Configured) -> str:
    key = ".".join(map(str, (*problem.path, problem.key)))
    command = f"aetherflow plugins config set {shlex.quote(configured.shown)} {shlex.quote(key)}=VALUE"
    return f"it stands under `settings` of plugins.yaml, or is set by `{command}`"


def _how_to_unset(problem: SchemaProblem, configured: _Configured) -> str:
    key = ".".join(_keys(problem.path))
    command = f"aetherflow plugins config unset {shlex.quote(configured.shown)} {shlex.quote(key)}"
    return f"it is set on this machine: `{command}` takes it away"


def _has(config: Mapping[str, Any], path: DocumentPath) -> bool:
    """Tell whether a value, or the list that it is in, stands in a config."""
    try:
        value_at(config, _keys(path))
    except KeyError:
        return False
    return True


def _keys(path: DocumentPath) -> list[str]:
    """Give the keys of a path as far as the first item of a list."""
    keys: list[str] = []
    for part in path:
        if isinstance(part, int):
            break
        keys.append(part)
    return keys
