"""The names by which plugins.yaml means a compiler: a scheme, an entry point, or its plugin."""

from collections.abc import Iterator

from aetherflow.core.bundles.remote_folders.location import FAMILIES
from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.plugins_file import LoadedPluginsFile
from aetherflow.core.plugins.builtin_index import builtin_registry
from aetherflow.core.plugins.catalogue import BUILT_IN
from aetherflow.core.plugins.distributions import COMPILER_GROUP
from aetherflow.core.plugins.plugin_set import PluginSet

#: Whose compiler reads every further scheme that fsspec knows.
ANY_REMOTE = "s3"


def names_of(scheme: str, contribution: Contribution, found: PluginSet) -> Iterator[str]:
    """Give the names that a setting may have, the one that says most first.

    What reads by fsspec has a library to each scheme: options of one, and what signs in there, are not for another.
    """
    yield scheme
    if _is_same(contribution, builtin_registry().compilers[ANY_REMOTE]):
        yield FAMILIES.get(scheme, scheme)
        return
    yield contribution.name
    yield from (each.name for each in found.catalogue.registry.compilers.values() if _is_same(each, contribution))
    if contribution.origin == BUILT_IN:
        return
    for plugin in found.plugins:
        if plugin.source.id == contribution.plugin:
            distribution = plugin.source.origin.distribution
            points = distribution.entry_points if distribution else ()
            yield from (each.name for each in points if each.group == COMPILER_GROUP and each.file == contribution.file)
            yield plugin.source.id
            yield plugin.source.name


def known_to_fsspec() -> frozenset[str]:
    """Give the schemes that fsspec knows, none where it is not installed."""
    try:
        from fsspec import available_protocols  # deferred: an extra, and only wanted for a scheme that nobody has
    except ImportError:
        return frozenset()
    return frozenset(available_protocols())


def unknown_settings(file: LoadedPluginsFile, found: PluginSet) -> Iterator[Diagnostic]:
    """Warn of settings that no compiler gets; nothing is said where some plugin may have schemes that are not known."""
    if any(found.unread()) or any(not left.plugin.contents.is_complete for left in found.disabled):
        return
    compilers = found.catalogue.registry.compilers
    known = {name: None for scheme, each in compilers.items() for name in names_of(scheme, each, found)}
    known |= dict.fromkeys(_disabled_names(found))
    for name in file.definition.workflow_plugins:
        if name not in known and name not in known_to_fsspec():
            yield Diagnostic(
                code="AF-C135",
                severity=Severity.WARNING,
                message=f'there is no compiler "{name}" that this setting could be for',
                hint=did_you_mean(name, known) or "name the scheme that it compiles, without `://`",
                span=file.span("workflow_plugins", name, key=True),
                path=("workflow_plugins", name),
            )


def _disabled_names(found: PluginSet) -> Iterator[str]:
    """Give the names that a setting may have for compilers of plugins that are disabled on this machine."""
    for source, provides in ((left.plugin.source, left.plugin.contents.provides) for left in found.disabled):
        yield from (source.id, source.name, *(each.name for each in provides if each.kind == "compiler"))
        distribution = source.origin.distribution
        points = distribution.entry_points if distribution else ()
        yield from (each.name for each in points if each.group == COMPILER_GROUP)


def _is_same(one: Contribution, other: Contribution) -> bool:
    """Tell whether two schemes are those of one class."""
    return (one.plugin, one.file, one.line) == (other.plugin, other.file, other.line)
