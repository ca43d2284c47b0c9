"""What plugins.yaml says of single plugins: whether the keys of its settings are plugins, and what each is given."""

from collections.abc import Iterator

from msgspec.structs import replace

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
    """Give what is said of a plugin by the name that it registers for itself, else by its id, else by its own name.

    In enterprise mode no failure is tolerated: who stands beside the flow does not decide whether a guard counts.
    """
    file = _file_of(plugins)
    if plugins is None or file is None:
        return PluginSetting()
    own = (contribution.name,) if contribution.kind == "plugin" else ()
    names = (*own, contribution.plugin, _name_of(plugins, contribution.plugin))
    settings = file.definition.settings
    found = next((settings[name] for name in names if name in settings), PluginSetting())
    return replace(found, on_error="fail") if plugins.ground.mode == "enterprise" else found


def setting_findings(plugins: PluginsFound) -> Iterator[Diagnostic]:
    """Warn of settings that no plugin gets, and of those that count for nothing in enterprise mode.

    Of the former nothing is said where some plugin may have names that are not known.
    """
    file = _file_of(plugins)
    if file is None:
        return
    known = _names(plugins)
    is_known = not any(plugins.found.unread())
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
    """Give every name by which settings can mean a plugin, those that are left out too."""
    names = [name for each in plugins.found.all_plugins() for name in (each.source.id, each.source.name)]
    embedded = [each.plugin for each in plugins.ground.embedded]
    registered = [each.name for each in plugins.found.catalogue.registry.plugins]
    return dict.fromkeys((*names, *registered, *embedded))
