"""Which observers a run has: those of plugins.yaml, and those that an embedding program hands over."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.documents.plugins_file import PluginLimits
from aetherflow.core.operations.observing.class_places import ClassName, Place, PluginClass, class_name
from aetherflow.core.operations.observing.configs import config_of
from aetherflow.core.operations.observing.given import given_observers
from aetherflow.core.operations.observing.listed import finding_or_place, listed_observers
from aetherflow.core.operations.observing.loaded_class import (
    LoadedClass,
    from_installed,
    from_module,
    loaded_class,
    maker,
)
from aetherflow.core.operations.observing.words import Listed
from aetherflow.core.operations.plugins_found import PluginsFound
from aetherflow.core.operations.run_plugins import RunPlugin
from aetherflow.core.plugins.digests import bytes_digest
from aetherflow.core.plugins.loading.host import IN_PROCESS
from aetherflow.core.plugins.loading.plugin_finder import plugin_finder
from aetherflow.core.plugins.strictness import as_warning
from aetherflow.core.runner.observers.wanted import WantedObserver

ORIGIN = "plugins.yaml"


class ObserversOfRun(Struct, frozen=True, kw_only=True):
    """The observers, the code that each of plugins.yaml is made of, and what is to be said of those left out."""

    observers: tuple[WantedObserver, ...]
    code: tuple[RunPlugin, ...]
    drain_seconds: float
    diagnostics: tuple[Diagnostic, ...] = ()


def observers_of_run(plugins: PluginsFound, loaded: tuple[RunPlugin, ...], given: tuple[Any, ...]) -> ObserversOfRun:
    """Import the classes of all observers; raises PluginRefused where one cannot be had and plugins are strict."""
    made = [made_observer(listed, plugins, loaded) for listed in listed_observers(plugins)]
    findings = [each for each in made if isinstance(each, Diagnostic)]
    errors = [each for each in findings if each.severity is Severity.ERROR]
    if errors and plugins.found.strict:
        raise PluginRefused(errors[0].message, hint=errors[0].hint, diagnostics=errors, sources=dict(plugins.sources))
    observers = [each for each in made if isinstance(each, WantedObserver)]
    file = plugins.ground.documents.plugins_file
    return ObserversOfRun(
        observers=(*observers, *given_observers(given, [each.id for each in observers])),
        code=tuple(map(_code, observers)),
        drain_seconds=(file.definition.limits if file else PluginLimits()).drain_seconds,
        diagnostics=tuple(map(as_warning, findings)),
    )


def made_observer(listed: Listed, plugins: PluginsFound, loaded: tuple[RunPlugin, ...]) -> WantedObserver | Diagnostic:
    """Import the class of an observer; where it cannot be had, give the finding."""
    place = finding_or_place(listed, plugins)
    if isinstance(place, Diagnostic):
        return place
    config = config_of(listed, plugins.ground.snapshot.values)
    if isinstance(config, Diagnostic):
        return config
    wanted = class_name(listed.entry.module)
    found = loaded_class(listed, wanted, _load(place, wanted, loaded))
    if isinstance(found, Diagnostic):
        return found
    return WantedObserver(
        id=listed.entry.id,
        contribution=_contribution(listed, place, found, loaded),
        make=maker(listed, found, config),
    )


def _load(place: Place, wanted: ClassName, loaded: tuple[RunPlugin, ...]) -> Callable[[], Any]:
    if isinstance(place, Contribution):
        return place.load
    if not isinstance(place, PluginClass):
        return partial(from_installed, wanted.module, wanted.name)
    return partial(_from_plugin, place, wanted, loaded)


def _from_plugin(place: PluginClass, wanted: ClassName, loaded: tuple[RunPlugin, ...]) -> Any:
    name = next((each.loaded_as for each in loaded if each.id == place.plugin.source.id), None)
    if name is None:
        raise ImportError("its plugin could not be loaded")
    plugin = plugin_finder().mounted[name]
    return from_module(plugin.full_name(plugin.snapshot.name_of(wanted.module)), wanted.name)


def _contribution(listed: Listed, place: Place, found: LoadedClass, loaded: tuple[RunPlugin, ...]) -> Contribution:
    version, digest = _version_and_digest(place, loaded)
    return Contribution(
        kind="observer",
        name=listed.entry.module,
        plugin=listed.entry.id,
        version=version,
        digest=digest,
        origin=ORIGIN,
        file=found.file,
        line=found.line,
        load=lambda: found.made_of,
    )


def _version_and_digest(place: Place, loaded: tuple[RunPlugin, ...]) -> tuple[str, str]:
    if isinstance(place, Contribution):
        return place.version, place.digest
    if isinstance(place, PluginClass):
        return next((each.version, each.digest) for each in loaded if each.id == place.plugin.source.id)
    return "0", bytes_digest(Path(place.file).read_bytes()) if place.file else ""


def _code(observer: WantedObserver) -> RunPlugin:
    code = observer.contribution
    return RunPlugin(
        id=observer.id,
        name=code.name,
        version=code.version,
        origin=code.origin,
        digest=code.digest,
        isolation=IN_PROCESS.level,
        import_seconds=0.0,
    )
