"""The observers of plugins.yaml, judged before a run as far as texts tell; nothing of theirs is run."""

from collections.abc import Iterator

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.operations.observing.class_methods import method_finding
from aetherflow.core.operations.observing.class_places import (
    ClassName,
    Place,
    PluginClass,
    class_name,
    disabled_owner,
    known_modules,
    places_of,
)
from aetherflow.core.operations.observing.class_text import ModuleNames
from aetherflow.core.operations.observing.configs import config_of, shipped_config_fault
from aetherflow.core.operations.observing.words import CONFIG_CODES, Listed
from aetherflow.core.operations.plugins_found import PluginsFound
from aetherflow.core.plugins.builtin_index import shipped_observers
from aetherflow.core.plugins.strictness import as_warning


def listed_observers(plugins: PluginsFound) -> Iterator[Listed]:
    """Give the observers that plugins.yaml lists and does not switch off."""
    file = plugins.ground.documents.plugins_file
    for number, entry in enumerate(file.definition.plugins if file else ()):
        if file and entry.enabled:
            yield Listed(file, number)


class ObserverFindings(Struct, frozen=True):
    """Which observers a run certainly cannot have: for what plugins.yaml says to them, and for their classes."""

    configs: list[Diagnostic]
    refusals: list[Diagnostic]


def observer_findings(plugins: PluginsFound) -> ObserverFindings:
    """Judge the observers; that a class is not to be had is a warning where nobody is strict."""
    judged = [finding_or_place(listed, plugins) for listed in listed_observers(plugins)]
    findings = [each for each in judged if isinstance(each, Diagnostic)]
    refusals = [finding for finding in findings if finding.code not in CONFIG_CODES]
    return ObserverFindings(
        configs=[finding for finding in findings if finding.code in CONFIG_CODES],
        refusals=refusals if plugins.found.strict else list(map(as_warning, refusals)),
    )


def finding_or_place(listed: Listed, plugins: PluginsFound) -> Diagnostic | Place:
    """Find the class of an observer; where that cannot be, or its config is certain to be wrong, say why."""
    config = config_of(listed, plugins.ground.snapshot.values)
    if isinstance(config, Diagnostic):
        return config
    place = _finding_or_place(listed, plugins)
    fault = shipped_config_fault(listed, place, config) if isinstance(place, Contribution) else None
    return fault or place


def _finding_or_place(listed: Listed, plugins: PluginsFound) -> Diagnostic | Place:
    wanted = class_name(listed.entry.module)
    if owner := disabled_owner(wanted, plugins):
        return listed.disabled(str(wanted), owner.source.id)
    places = places_of(wanted, plugins)
    if not places:
        return _nowhere(listed, wanted, plugins)
    names = {id(place): ModuleNames(place.file) for place in places if not isinstance(place, Contribution)}
    having = [place for place in places if id(place) not in names or not names[id(place)].lacks(wanted.name)]
    if not having:
        known = [name for each in names.values() for name in each.definitions]
        return listed.no_class(wanted.module, wanted.name, known)
    if len(having) > 1:
        owners = [place.plugin.source.name for place in having if isinstance(place, PluginClass)]
        return listed.several(str(wanted), owners)
    text = names.get(id(having[0]))
    fault = _fault_in(text, listed, wanted) if text else None
    return fault or having[0]


def _fault_in(text: ModuleNames, listed: Listed, wanted: ClassName) -> Diagnostic | None:
    if text.is_no_observer(wanted.name):
        return listed.no_observer(str(wanted))
    return method_finding(listed, wanted.name, text)


def _nowhere(listed: Listed, wanted: ClassName, plugins: PluginsFound) -> Diagnostic:
    if not wanted.module:
        return listed.no_shipped(wanted.name, shipped_observers())
    return listed.no_module(wanted.module, known_modules(plugins), is_strict_mode=plugins.found.mode == "enterprise")
