"""What plugins.yaml says of single plugins: whether the keys of its settings are plugins, and what each is given."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.overlay import overlaid
from aetherflow.core.documents.plugins_file import LoadedPluginsFile, PluginLimits, PluginSetting
from aetherflow.core.operations.plugins_found import PluginsFound


def limits_of(plugins: PluginsFound | None) -> PluginLimits:
    """Give the limits of plugins.yaml, or those that hold without one."""
    file = _file_of(plugins)
    return file.definition.limits if file else PluginLimits()


def setting_of(plugins: PluginsFound | None, contribution: Contribution) -> PluginSetting:
    """Give what is said of a plugin by the name that it registers for itself, else by its id, else by its own name.

    What is set on this machine lies over its config. In enterprise mode that counts for nothing, and no failure is
    tolerated: neither who stands beside the flow nor who starts it decides whether a guard counts.
    """
    if plugins is None:
        return PluginSetting()
    own = (contribution.name,) if contribution.kind == "plugin" else ()
    names = (*own, contribution.plugin, _name_of(plugins, contribution.plugin))
    found = written_setting(plugins.ground.documents.plugins_file, names)
    if plugins.found.switches:
        found = replace(found, config=overlaid(found.config, plugins.found.switches.config_of(names)))
    return replace(found, on_error="fail") if plugins.ground.mode == "enterprise" else found


def written_setting(file: LoadedPluginsFile | None, names: Iterable[str]) -> PluginSetting:
    """Give what plugins.yaml says under the first of some names that it has."""
    settings = file.definition.settings if file else {}
    return next((settings[name] for name in names if name in settings), PluginSetting())


def setting_findings(plugins: PluginsFound) -> Iterator[Diagnostic]:
    """Warn of settings that no plugin gets, and of those that count for nothing in enterprise mode.

    Of the former nothing is said where some plugin may have names that are not known.
    """
    file = _file_of(plugins)
    if file is None:
        return
    known = _names(plugins)
    disabled = plugins.found.disabled
    is_known = not any(plugins.found.unread()) and all(left.plugin.contents.is_complete for left in disabled)
    for name, setting in file.definition.settings.items():
        if plugins.ground.mode == "enterprise" and setting.on_error == "warn":
            yield _counts_for_nothing(file, name)
        if is_known and name not in known:
            yield Diagnostic(
                code="AF-H101",
                severity=Severity.WARNING,
                message=f'there is no plugin "{name}" that these settings could be for',
                hint=did_you_mean(name, known) or "`aetherflow plugins list` shows the plugins",
                span=file.span("settings", name, key=True),
                path=("settings", name),
            )


def _counts_for_nothing(file: LoadedPluginsFile, name: str) -> Diagnostic:
    return Diagnostic(
        code="AF-H102",
        severity=Severity.WARNING,
        message=f'in enterprise mode the failures of plugin "{name}" are failures all the same',
        hint="take `on_error` out: who stands beside the flow does not decide whether a guard counts",
        span=file.span("settings", name, "on_error"),
        path=("settings", name, "on_error"),
    )


def _file_of(plugins: PluginsFound | None) -> LoadedPluginsFile | None:
    return plugins.ground.documents.plugins_file if plugins else None


def _name_of(plugins: PluginsFound | None, plugin_id: str) -> str:
    known = plugins.found.plugins if plugins else ()
    return next((each.source.name for each in known if each.source.id == plugin_id), plugin_id)


def _names(plugins: PluginsFound) -> dict[str, None]:
    """Give every name by which settings can mean a plugin, those that are left out or disabled too."""
    disabled = [left.plugin for left in plugins.found.disabled]
    names = [name for each in plugins.found.known_plugins() for name in (each.source.id, each.source.name)]
    names += [found.name for each in disabled for found in each.contents.provides if found.kind == "plugin"]
    embedded = [each.plugin for each in plugins.ground.embedded]
    registered = [each.name for each in plugins.found.catalogue.registry.plugins]
    return dict.fromkeys((*names, *registered, *embedded))
