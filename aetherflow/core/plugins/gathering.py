"""From what is asked for to the plugins that there are: found, read, ordered, compared and put together."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.plugins.catalogue import OverridePolicy, build_catalogue
from aetherflow.core.plugins.compatibility import compatibility_findings
from aetherflow.core.plugins.contributions import static_contributions
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.inventory import KnownPlugin, LeftOut, read_plugins
from aetherflow.core.plugins.load_order import load_order
from aetherflow.core.plugins.origins import OriginRequest, resolve_origins
from aetherflow.core.plugins.plugin_finding import PluginFinding
from aetherflow.core.plugins.plugin_set import PluginSet
from aetherflow.core.plugins.reserved_names import reserved_plugin_findings

if TYPE_CHECKING:  # imported where there is a lock, and where something is disabled
    from aetherflow.core.plugins.local_switches import LocalSwitches
    from aetherflow.core.plugins.lock_file import LockReading


class PluginAsk(Struct, frozen=True, kw_only=True):
    """Everything that decides which plugins there are. ``found_before`` are findings of what was read for it.

    ``lock`` is None where there is no lock, ``switches`` where nothing is disabled or set on this machine. In
    enterprise mode those count for nothing: who starts a run leaves out no guard.
    """

    origins: OriginRequest
    strict: bool
    policy: OverridePolicy
    lock: "LockReading | None"
    builtins: Sequence[Contribution]
    api_version: str
    python_version: str
    switches: "LocalSwitches | None" = None
    embedded: Sequence[Contribution] = ()
    found_before: tuple[Diagnostic, ...] = ()


def gather_plugins(ask: PluginAsk, readings: FileReadings) -> PluginSet:
    """Give the plugins that may load, in load order, and all that is wrong; none of their code runs."""
    verdict = resolve_origins(ask.origins)
    known = read_plugins(verdict.accepted, readings)
    disabled = _disabled(ask, known)
    judged = [_Judged(plugin, ask, disabled.get(plugin.source.id)) for plugin in known]
    faults = {each.plugin.source.id: each.faults for each in judged if each.faults}
    order = load_order(known, faults, disabled)
    contributions = [each for plugin in order.plugins for each in static_contributions(plugin)]
    catalogue = build_catalogue([*ask.builtins, *contributions, *ask.embedded], ask.policy)
    of_lock = ask.lock.diagnostics if ask.lock else ()
    general = (*ask.found_before, *_without_effect(ask, known), *of_lock, *verdict.diagnostics)
    return PluginSet(
        mode=verdict.mode,
        strict=ask.strict,
        origins=verdict,
        plugins=order.plugins,
        left_out=order.left_out,
        disabled=order.disabled,
        switches=ask.switches if ask.origins.mode == "internal_fast" else None,
        catalogue=catalogue,
        lock=ask.lock.lock if ask.lock else None,
        findings=(
            *(PluginFinding(plugin="", diagnostic=finding) for finding in general),
            *_of_plugins(judged, order.left_out),
            *_order_drift(ask, order.plugins),
            *catalogue.findings,
        ),
    )


def _disabled(ask: PluginAsk, plugins: Sequence[KnownPlugin]) -> dict[str, Diagnostic]:
    """Say of each plugin that is disabled that it is, by its id."""
    if ask.switches is None or ask.origins.mode == "enterprise":
        return {}
    from aetherflow.core.plugins.switch_findings import disabled_note  # deferred: mostly none is

    ids = [each.source.id for each in plugins if ask.switches.disables(each.source)]
    return {plugin_id: disabled_note(plugin_id, ask.switches) for plugin_id in ids}


def _without_effect(ask: PluginAsk, plugins: Sequence[KnownPlugin]) -> Iterable[Diagnostic]:
    if ask.switches is None or ask.origins.mode == "internal_fast":
        return ()
    from aetherflow.core.plugins.switch_findings import without_effect  # deferred, as above

    return without_effect(plugins, ask.switches)


class _Judged:
    """A plugin with everything that is wrong with it alone; ``faults`` leave it out.

    Of one that is disabled nothing is told but that it is: what is wrong with it is nobody's trouble now.
    """

    def __init__(self, plugin: KnownPlugin, ask: PluginAsk, disabled: Diagnostic | None) -> None:
        source = plugin.source
        self.plugin = plugin
        by_lock = _lock_findings(plugin, ask)
        if disabled:
            self.findings, self.faults = [disabled], [disabled, *by_lock]
            return
        whole = [
            *source.diagnostics,
            *reserved_plugin_findings(plugin),
            *compatibility_findings(plugin, api_version=ask.api_version, python_version=ask.python_version),
            *by_lock,
        ]
        self.findings = [*whole, *plugin.contents.diagnostics]
        # A module of a folder fails for itself; of all others the modules are one.
        decisive = whole if source.form == "folder" else self.findings
        self.faults = [finding for finding in decisive if finding.severity is Severity.ERROR]


def _lock_findings(plugin: KnownPlugin, ask: PluginAsk) -> list[Diagnostic]:
    if not (ask.lock and ask.lock.lock):
        return []
    from aetherflow.core.plugins.lock_file import lock_findings  # deferred: mostly there is none

    return lock_findings(ask.lock.lock, plugin.source, plugin.file_digests, ask.origins.mode)


def _order_drift(ask: PluginAsk, plugins: Sequence[KnownPlugin]) -> Iterable[PluginFinding]:
    if not (ask.lock and ask.lock.lock):
        return ()
    from aetherflow.core.plugins.lock_comparison import order_drift  # deferred: mostly there is no lock

    return order_drift(ask.lock.lock, plugins, ask.origins.mode)


def _of_plugins(judged: Sequence[_Judged], left_out: Sequence[LeftOut]) -> Iterator[PluginFinding]:
    """Give each plugin's findings, those that its place in the order brought included."""
    later = {each.plugin.source.id: each.diagnostics for each in left_out}
    for each in judged:
        plugin = each.plugin.source.id
        told = set(each.findings)
        by_order = [finding for finding in later.get(plugin, ()) if finding not in told]
        yield from (PluginFinding(plugin=plugin, diagnostic=finding) for finding in (*each.findings, *by_order))
