"""From a plugin as it is known to what is told of it."""

from collections.abc import Iterable, Iterator, Mapping

from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.operations.listing.values import ListedName, ListedPlugin, LockState
from aetherflow.core.plugins.builtin_index import PACKAGE_ROOT
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.origins import Origin, RefusedOrigin
from aetherflow.core.plugins.plugin_set import PluginSet

_STATES: dict[str, LockState] = {"AF-P401": "not in the lock", "AF-P402": "differs"}


def listed_built_ins(contributions: Iterable[Contribution], origin: Origin) -> ListedPlugin:
    """Describe AetherFlow itself as the plugin that it is."""
    found = list(contributions)
    first = found[0]
    return ListedPlugin(
        id=first.plugin,
        name=first.plugin,
        version=first.version,
        origin=origin.kind,
        named=origin.named,
        path=str(PACKAGE_ROOT / "core" / "builtins"),
        trust=origin.trust,
        digest=first.digest,
        load_order=0,
        provides=tuple(map(_built_in_name, found)),
        order_reason="built-ins load first",
    )


def listed_plugin(
    plugin: KnownPlugin, lock: LockState, names: tuple[ListedName, ...], load_order: int | None, order_reason: str = ""
) -> ListedPlugin:
    """Describe a plugin with its place in the load order, where it has one, and the names that it registers."""
    source = plugin.source
    manifest, distribution = source.manifest, source.origin.distribution
    return ListedPlugin(
        id=source.id,
        name=source.name,
        version=source.version,
        origin=source.origin.kind,
        named=source.origin.named,
        path=source.place,
        trust=source.origin.trust,
        digest=plugin.digest,
        load_order=load_order,
        provides=names,
        order_reason=order_reason,
        editable=distribution is not None and distribution.editable,
        complete=plugin.contents.is_complete,
        author=(manifest and manifest.author) or (distribution.author if distribution else ""),
        description=(manifest and manifest.description) or (distribution.summary if distribution else ""),
        requires=tuple(manifest.requires) if manifest else (),
        permissions=source.permissions,
        lock=lock,
    )


def lock_states(found: PluginSet) -> Mapping[str, LockState]:
    """Say of each plugin, by its id, whether the lock knows this very code: the findings tell who is not known."""
    usual: LockState = "locked" if found.lock else "no lock"
    out = (*found.left_out, *found.disabled)
    states = dict.fromkeys((each.source.id for each in (*found.plugins, *(left.plugin for left in out))), usual)
    told = [(each.plugin, each.diagnostic) for each in found.findings]
    told += [(left.plugin.source.id, finding) for left in out for finding in left.diagnostics]
    return states | {plugin: _STATES[finding.code] for plugin, finding in told if finding.code in _STATES}


def refused_path(refused: RefusedOrigin) -> str:
    """Give where a refused origin is: its path, the package's folder, else the name by which it is asked for."""
    origin = refused.origin
    return origin.path or next(iter(origin.roots), origin.named)


def names_of(plugin: KnownPlugin) -> Iterator[ListedName]:
    """Give what a plugin registers, each thing as if it had its name."""
    for each in plugin.contents.provides:
        file = plugin.source.path_of(each.file)
        yield ListedName(kind=each.kind, name=each.name, file=file, line=each.line, summary=each.summary)


def _built_in_name(each: Contribution) -> ListedName:
    return ListedName(kind=each.kind, name=each.name, file=each.file, line=each.line, summary=each.summary)
