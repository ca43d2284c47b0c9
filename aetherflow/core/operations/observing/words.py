"""The words for an observer of plugins.yaml that a run cannot have, at its place there."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.plugins_file import LoadedPluginsFile, ObserverEntry

#: Findings about what plugins.yaml tells an observer, not about its class.
CONFIG_CODES = frozenset({"AF-O110", "AF-O111"})


class Listed(Struct, frozen=True):
    """One observer of plugins.yaml, and where it stands there."""

    file: LoadedPluginsFile
    number: int

    @property
    def entry(self) -> ObserverEntry:
        """What plugins.yaml says of it."""
        return self.file.definition.plugins[self.number]

    def finding(
        self,
        code: str,
        message: str,
        *,
        label: str | None = None,
        hint: str | None = None,
        at: tuple[str | int, ...] = ("module",),
        at_key: bool = False,
    ) -> Diagnostic:
        """Make a finding about what its `module` says, or about another part of its entry."""
        path = ("plugins", self.number, *at)
        return Diagnostic(
            code=code,
            message=f'observer "{self.entry.id}": {message}',
            label=label,
            hint=hint,
            span=self.file.span(*path, key=at_key),
            path=path,
        )

    def no_module(self, module: str, known: Iterable[str], *, is_strict_mode: bool) -> Diagnostic:
        """There is no such module."""
        looked_in = "plugins that the run loads" if is_strict_mode else "plugins that the run loads, nor installed"
        hint = "a plugin is named by --plugin-path or AETHERFLOW_PLUGIN_PATHS; a folder's obs.py is the module obs"
        return self.finding(
            "AF-O103",
            f'there is no module "{module}" in the {looked_in}',
            label=did_you_mean(module, known),
            hint="in enterprise mode observers are those of plugins that may load, and the shipped ones"
            if is_strict_mode
            else hint,
        )

    def no_shipped(self, name: str, shipped: Iterable[str]) -> Diagnostic:
        """No observer of that name is shipped."""
        names = sorted(shipped)
        hint = "write MODULE.CLASS for a class of your own" + (f"; shipped are {', '.join(names)}" if names else "")
        return self.finding("AF-O103", f'no observer "{name}" is shipped', label=did_you_mean(name, names), hint=hint)

    def no_class(self, module: str, name: str, known: Iterable[str]) -> Diagnostic:
        """The module has no such name."""
        return self.finding("AF-O103", f'the module "{module}" has no "{name}"', label=did_you_mean(name, known))

    def no_observer(self, name: str) -> Diagnostic:
        """What bears the name is no class of an observer."""
        hint = "derive it from ObserverPlugin of aetherflow.core.api"
        return self.finding("AF-O104", f'"{name}" is no class of an observer', hint=hint)

    def no_on_event(self, why: str) -> Diagnostic:
        """Events cannot be given to it."""
        return self.finding("AF-O105", why, hint="define it as on_event(self, event)")

    def wrong_constructor(self, name: str, why: str) -> Diagnostic:
        """It cannot be made."""
        hint = "define it as __init__(self, plugin_id, config=None)"
        return self.finding("AF-O106", f'"{name}" cannot be made with an id and a config: {why}', hint=hint)

    def not_imported(self, module: str, why: str) -> Diagnostic:
        """Importing the module fails."""
        return self.finding("AF-O107", f'the module "{module}" cannot be imported: {why}')

    def several(self, module: str, plugins: Iterable[str]) -> Diagnostic:
        """More than one plugin has it."""
        owners = " and ".join(f'"{plugin}"' for plugin in plugins)
        hint = "rename the module in one of them, or load one of them alone"
        return self.finding("AF-O108", f"each of the plugins {owners} has a class {module}", hint=hint)

    def disabled(self, name: str, plugin: str) -> Diagnostic:
        """Its plugin is switched off on this machine, which is a wish: a run goes on without it."""
        from aetherflow.core.plugins.switch_findings import how_to_enable  # deferred: mostly nothing is disabled

        finding = self.finding(
            "AF-O112",
            f'"{name}" is of the plugin "{plugin}", which is disabled on this machine',
            hint=how_to_enable(plugin),
        )
        return replace(finding, severity=Severity.WARNING)

    def not_set(self, variable: str, path: tuple[str | int, ...]) -> Diagnostic:
        """Its config wants a variable of the environment that is not there."""
        hint = f"export {variable}, or name an env file that has it"
        return self.finding(
            "AF-O110", f'the environment variable "{variable}" is not set', hint=hint, at=("config", *path)
        )

    def wrong_config(self, why: str, key: str | None, *, is_unknown: bool) -> Diagnostic:
        """A shipped observer says what is wrong with a key of its config, or which one is missing."""
        hint = "docs/shipped-observers.md says what the config of each takes"
        if key in self.entry.config:
            return self.finding("AF-O111", why, hint=hint, at=("config", key), at_key=is_unknown)
        return self.finding("AF-O111", why, hint=hint, at=("config",) if self.entry.config else ("module",))

    def missing_library(self, why: str) -> Diagnostic:
        """A shipped observer says what has to be installed for it."""
        return self.finding("AF-O111", why)


def lacks_on_event(name: str) -> str:
    """Say that a class has nothing that could be told of events."""
    return f'"{name}" defines no on_event'


def has_async_on_event(name: str) -> str:
    """Say that nobody would wait for what a class has."""
    return f'on_event of "{name}" is async: it is called on a thread of its own'


def has_narrow_on_event(name: str, why: str) -> str:
    """Say that what a class has takes something else than an event."""
    return f'on_event of "{name}" does not take an event: {why}'
