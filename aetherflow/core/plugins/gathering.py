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

if TYPE_CHECKING:  # imported where there is a lock
    from aetherflow.core.plugins.lock_file import LockReading


class PluginAsk(Struct, frozen=True, kw_only=True):
    """Everything that decides which plugins there are. ``found_before`` are findings of what was read for it.

    ``lock`` is None where there is no lock.
    """

    origins: OriginRequest
    strict: bool
    policy: OverridePolicy
    lock: "LockReading | None"
    builtins: Sequence[Contribution]
    api_version: str
    python_version: str
    embedded: Sequence[Contribution] = ()
    found_before: tuple[Diagnostic, ...] = ()


def gather_plugins(ask: PluginAsk, readings: FileReadings) -> PluginSet:
    """Give the plugins that may load, in load order, and all that is wrong; none of their code runs."""
    verdict = resolve_origins(ask.origins)
    judged = [_Judged(plugin, ask) for plugin in read_plugins(verdict.accepted, readings)]
    order = load_order(
        [each.plugin for each in judged], {each.plugin.source.id: each.faults for each in judged if each.faults}
    )
    contributions = [each for plugin in order.plugins for each in static_contributions(plugin)]
    catalogue = build_catalogue([*ask.builtins, *contributions, *ask.embedded], ask.policy)
    general = (*ask.found_before, *(ask.lock.diagnostics if ask.lock else ()), *verdict.diagnostics)
    return PluginSet(
        mode=verdict.mode,
        strict=ask.strict,
        origins=verdict,
        plugins=order.plugins,
        left_out=order.left_out,
        catalogue=catalogue,
        lock=ask.lock.lock if ask.lock else None,
        findings=(
            *(PluginFinding(plugin="", diagnostic=finding) for finding in general),
            *_of_plugins(judged, order.left_out),
            *_order_drift(ask, order.plugins),
            *catalogue.findings,
        ),
    )


class _Judged:
    """A plugin with everything that is wrong with it alone; ``faults`` leave it out."""

    def __init__(self, plugin: KnownPlugin, ask: PluginAsk) -> None:
        source = plugin.source
        self.plugin = plugin
        whole = [
            *source.diagnostics,
            *reserved_plugin_findings(plugin),
            *compatibility_findings(plugin, api_version=ask.api_version, python_version=ask.python_version),
        ]
        if ask.lock and ask.lock.lock:
            from aetherflow.core.plugins.lock_file import lock_findings  # deferred: mostly there is none

            whole += lock_findings(ask.lock.lock, source, plugin.file_digests, ask.origins.mode)
        self.findings = [*whole, *plugin.contents.diagnostics]
        # A module of a folder fails for itself; of all others the modules are one.
        decisive = whole if source.form == "folder" else self.findings
        self.faults = [finding for finding in decisive if finding.severity is Severity.ERROR]


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
