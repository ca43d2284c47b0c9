"""`plugins config`: what a plugin is given, by plugins.yaml and by the words of one user on one machine."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.overlay import overlaid
from aetherflow.core.operations.config_findings import config_finding
from aetherflow.core.operations.config_target import ConfigTarget, config_target
from aetherflow.core.operations.masked_refusals import masked_refusals
from aetherflow.core.operations.plugin_ground import PluginGround, masker_of, plugin_ground
from aetherflow.core.operations.plugin_settings import written_setting
from aetherflow.core.operations.plugin_surroundings import gathered
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.operations.switch_plugins import refuse_in_enterprise
from aetherflow.core.plugins.config_schemas import config_problems
from aetherflow.core.plugins.config_values import read_assignment, read_key, value_at, with_value, without_value
from aetherflow.core.plugins.local_switches import LocalSwitches, PluginSwitch
from aetherflow.core.plugins.switches_writing import change_switches

#: Gives the config that is to be from the one that is.
ConfigChange = Callable[[dict[str, Any]], dict[str, Any]]


class ConfigReport(Struct, frozen=True, kw_only=True):
    """What a plugin is given: ``config`` is all of it, ``local`` what of it is said on this machine alone.

    ``file`` is where that stands, ``warnings`` say that it counts for nothing here. Values that a run would mask are
    masked.
    """

    plugin: str
    config: dict[str, Any]
    local: dict[str, Any]
    file: str
    changed: bool = False
    warnings: tuple[Diagnostic, ...] = ()


def config_of_plugin(request: SurroundingsRequest, name: str, key: str | None = None) -> ConfigReport:
    """Tell what a plugin is given; raises InputError where there is no such plugin, or it is given nothing of a key."""

    def work(ground: PluginGround) -> ConfigReport:
        report = _report(ground, name=name)
        if key is not None:
            value_of(report, key)
        return report

    return _masked(plugin_ground(request), work)


def set_config(request: SurroundingsRequest, name: str, assignments: Sequence[str]) -> ConfigReport:
    """Set values, KEY=VALUE, all of them or, where one is wrong, none; raises InputError with every finding."""
    return _masked(plugin_ground(request), partial(_set, name=name, texts=assignments))


def unset_config(request: SurroundingsRequest, name: str, keys: Sequence[str]) -> ConfigReport:
    """Take values away that were set on this machine; those that were not change nothing."""
    return _masked(plugin_ground(request), partial(_unset, name=name, texts=keys))


def value_of(report: ConfigReport, key: str) -> Any:
    """Give one value; raises InputError with the key that may have been meant."""
    try:
        return value_at(report.config, read_key(key))
    except KeyError:
        known = [".".join(path) for path, _ in leaves(report.config)]
        hint = did_you_mean(key, known) or (f"set are {', '.join(known)}" if known else "nothing is set")
        raise InputError(f'"{key}" of the plugin "{report.plugin}" is not set', hint=hint) from None


def leaves(config: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give every value with its path; a list is one value, and so is an empty mapping."""
    for key, value in config.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value


def _masked(ground: PluginGround, work: Callable[[PluginGround], ConfigReport]) -> ConfigReport:
    masker = masker_of(ground)
    with masked_refusals(masker):
        report = work(ground)
    return replace(report, config=masker.mask(report.config), local=masker.mask(report.local))


def _report(ground: PluginGround, *, name: str, changed: bool = False) -> ConfigReport:
    found = gathered(ground)
    target = config_target(found, name)
    written = written_setting(ground.documents.plugins_file, target.names).config
    local = found.switches.config_of(target.names) if found.switches else {}
    return ConfigReport(
        plugin=target.shown,
        config=overlaid(written, local),
        local=local,
        file=str(ground.switches_file),
        changed=changed,
        warnings=tuple(each.diagnostic for each in found.findings if each.diagnostic.code == "AF-P152"),
    )


def _set(ground: PluginGround, *, name: str, texts: Sequence[str]) -> ConfigReport:
    refuse_in_enterprise(ground)
    assignments = [read_assignment(text) for text in texts]
    target = config_target(gathered(ground), name)

    def change(config: dict[str, Any]) -> dict[str, Any]:
        for assignment in assignments:
            config = with_value(config, assignment)
        _check(config, target)
        return config

    return _changed(ground, name, target, change)


def _unset(ground: PluginGround, *, name: str, texts: Sequence[str]) -> ConfigReport:
    refuse_in_enterprise(ground)
    paths = [read_key(text) for text in texts]
    target = config_target(gathered(ground), name)

    def change(config: dict[str, Any]) -> dict[str, Any]:
        for path in paths:
            config = without_value(config, path)
        return config

    return _changed(ground, name, target, change)


def _changed(ground: PluginGround, name: str, target: ConfigTarget, change: ConfigChange) -> ConfigReport:
    changed = change_switches(ground.switches_file, partial(_with_config, target=target, change=change))
    return _report(ground, name=name, changed=changed)


def _with_config(before: LocalSwitches, *, target: ConfigTarget, change: ConfigChange) -> dict[str, PluginSwitch]:
    """Change a config under the name that has one, else under the plugin's own."""
    having = next((name for name in target.names if before.named(name).config), target.shown)
    switch = replace(before.named(having), config=change(before.named(having).config))
    return {**before.plugins, before.key_of(having): switch} if switch != before.named(having) else dict(before.plugins)


def _check(config: dict[str, Any], target: ConfigTarget) -> None:
    """Raise InputError with everything that the plugin's schemas do not take; what is missing may stand elsewhere."""
    problems = [problem for problem in config_problems(target.schemas, config) if problem.kind != "missing"]
    if problems:
        findings = [config_finding(problem, target.shown) for problem in problems]
        raise InputError(findings[0].message, hint=findings[0].hint, diagnostics=findings)
