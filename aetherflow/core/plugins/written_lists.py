"""Words that change nothing: packages and names that the operator or the project lists, and that nothing is called."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.plugins.contributions import static_contributions
from aetherflow.core.plugins.distribution_names import is_distribution_name, normalised_name
from aetherflow.core.plugins.plugin_set import PluginSet

_PATTERN_SIGNS = frozenset("*?[]")


class WrittenList(Struct, frozen=True):
    """A list of a document: its key there, whose it is in words, its entries, and the place of each by its number."""

    key: str
    of: str
    entries: Sequence[str]
    place: Callable[[int], Span]


def package_findings(written: WrittenList, found: PluginSet) -> Iterator[Diagnostic]:
    """Say which entries of `trust.packages` name no installed package that has plugins."""
    origins = [*found.origins.accepted, *(refused.origin for refused in found.origins.refused)]
    installed = {
        normalised_name(origin.distribution.name): origin.distribution.name for origin in origins if origin.distribution
    }
    for number, entry in enumerate(written.entries):
        name = entry.strip()
        if not is_distribution_name(name) or normalised_name(name) not in installed:
            yield _no_package(name, written, number, installed.values())


def override_findings(written: WrittenList, found: PluginSet) -> Iterator[Diagnostic]:
    """Say which entries of a list of overrides are no name that anything registers, as far as that can be known."""
    known = dict.fromkeys(_names(found))
    is_all_known = next(found.unread(), None) is None
    for number, name in enumerate(written.entries):
        near = None if name in known else _nearest(name, known)
        if name not in known and (near or is_all_known):
            yield Diagnostic(
                code="AF-P609",
                severity=Severity.WARNING,
                message=f'nothing registers "{name}", which {written.key} of {written.of} lets plugins override',
                label=near,
                hint="write it as the one that is overridden is registered, or take it out",
                span=written.place(number),
            )


def _nearest(name: str, known: Iterable[str]) -> str | None:
    """Ask for a connector by its driver, which is written so where nothing else is; else for what looks like it."""
    connectors = [each for each in known if each.partition(":")[2] == name]
    return did_you_mean(name, connectors or known)


def _names(found: PluginSet) -> Iterator[str]:
    yield from (each.name for each in found.catalogue.contributions)
    yield from (each.name for override in found.catalogue.overrides for each in override.losers)
    yield from (each.name for plugin in found.known_plugins() for each in static_contributions(plugin))


def _no_package(name: str, written: WrittenList, number: int, installed: Iterable[str]) -> Diagnostic:
    is_pattern = not _PATTERN_SIGNS.isdisjoint(name)
    why = "names are no patterns" if is_pattern else "no installed package with plugins is called so"
    return Diagnostic(
        code="AF-P608",
        severity=Severity.WARNING,
        message=f'"{name}" in {written.key} of {written.of} trusts nothing: {why}',
        label=None if is_pattern else did_you_mean(name, installed),
        hint="name each package as pip does" if is_pattern else "correct it, or take it out until it is installed",
        span=written.place(number),
    )
