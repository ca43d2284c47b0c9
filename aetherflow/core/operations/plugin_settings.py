"""What plugins.yaml says of single plugins: whether the keys of its settings are plugins, and what each is given."""

from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.plugins_file import LoadedPluginsFile, PluginLimits, PluginSetting
from aetherflow.core.operations.plugins_found import PluginsFound


def limits_of(plugins: PluginsFound | None) -> PluginLimits:
    """Give the limits of plugins.yaml, or those that hold without one."""
    file = _file_of(plugins)
    return file.definition.limits if file else PluginLimits()


def setting_of(plugins: PluginsFound | None, contribution: Contribution) -> PluginSetting:
    """Give what is said of a plugin by the name that it registers for itself, else by its id, else by its own name."""
    file = _file_of(plugins)
    if file is None:
        return PluginSetting()
    own = (contribution.name,) if contribution.kind == "plugin" else ()
    names = (*own, contribution.plugin, _name_of(plugins, contribution.plugin))
    return next((file.definition.settings[name] for name in names if name in file.definition.settings), PluginSetting())


def setting_findings(plugins: PluginsFound) -> Iterator[Diagnostic]:
    """Warn of settings that no plugin gets; nothing is said where some plugin may have names that are not known."""
    file = _file_of(plugins)
    if file is None or any(plugins.found.unread()):
        return
    known = _names(plugins)
    for name in file.definition.settings:
        if name not in known:
            yield Diagnostic(
                code="AF-H101",
                severity=Severity.WARNING,
                message=f'there is no plugin "{name}" that these settings could be for',
                hint=did_you_mean(name, known) or "`aetherflow plugins list` shows the plugins",
                span=file.span("settings", name, key=True),
                path=("settings", name),
            )


def _file_of(plugins: PluginsFound | None) -> LoadedPluginsFile | None:
    return plugins.ground.documents.plugins_file if plugins else None


def _name_of(plugins: PluginsFound | None, plugin_id: str) -> str:
    known = plugins.found.plugins if plugins else ()
    return next((each.source.name for each in known if each.source.id == plugin_id), plugin_id)


def _names(plugins: PluginsFound) -> dict[str, None]:
    """Give every name by which settings can mean a plugin, those that are left out too."""
    everybody = list(plugins.found.everybody())
    names = [name for each in everybody for name in (each.source.id, each.source.name)]
    embedded = [each.plugin for each in plugins.ground.embedded]
    registered = [each.name for each in plugins.found.catalogue.registry.plugins]
    return dict.fromkeys((*names, *registered, *embedded))
