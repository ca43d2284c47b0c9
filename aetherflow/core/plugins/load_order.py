"""The order in which plugins load: the required ones first; whoever requires what is not there is left out."""

from collections.abc import Container, Mapping, Sequence

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.plugins.inventory import KnownPlugin, LeftOut, by_id


class LoadOrder(Struct, frozen=True, kw_only=True):
    """The plugins that may load, each after those it requires, and those that may not, in the order they came in."""

    plugins: tuple[KnownPlugin, ...]
    left_out: tuple[LeftOut, ...]
    disabled: tuple[LeftOut, ...] = ()


def load_order(
    plugins: Sequence[KnownPlugin],
    faults: Mapping[str, Sequence[Diagnostic]],
    disabled: Container[str] = (),
) -> LoadOrder:
    """Order plugins that come in the order of precedence, which settles whatever requirements do not.

    ``faults`` are errors by plugin id that leave it out already; so does a requirement that is not met, which is told
    of those too, and whatever a plugin that is left out is required by is left out with it. Of the plugins that are
    ``disabled``, which have faults too, it does not matter what they require.
    """
    known = by_id(plugins)
    wrong: Mapping[str, Sequence[Diagnostic]] = {each: faults.get(each, ()) for each in known}
    loaded = [each for each, why in wrong.items() if not why]
    if any(plugin.source.manifest and plugin.source.manifest.requires for plugin in plugins):
        from aetherflow.core.plugins.required_order import required_order  # deferred: mostly nobody requires anything

        loaded, wrong = required_order(plugins, faults, disabled)
    out = {each: LeftOut(plugin=known[each], diagnostics=tuple(why)) for each, why in wrong.items() if why}
    return LoadOrder(
        plugins=tuple(known[each] for each in loaded),
        left_out=tuple(left for each, left in out.items() if each not in disabled),
        disabled=tuple(left for each, left in out.items() if each in disabled),
    )
