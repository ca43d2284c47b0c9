"""Names that are settled without anybody having said how: findings for doctor, beside the overrides themselves."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.plugins.catalogue import BUILT_IN, Catalogue, Override
from aetherflow.core.plugins.inventory import KnownPlugin, by_id
from aetherflow.core.plugins.origins import Origin, source_of
from aetherflow.core.plugins.override_findings import place_of, span_of
from aetherflow.core.plugins.plugin_finding import PluginFinding
from aetherflow.core.plugins.plugin_set import PluginSet
from aetherflow.core.plugins.requirements import needs_of, waits_of
from aetherflow.core.validation.dependency_graph import everything_behind


class _TieBreak(Struct, frozen=True):
    """What put one plugin behind another that neither requires the other."""

    reason: str  # goes on after "because"
    severity: Severity = Severity.WARNING


def tie_break_findings(plugins: PluginSet) -> Iterator[PluginFinding]:
    """Say which overrides depend on nothing but where plugins come from or what they are called."""
    known = by_id(plugins.plugins)
    graph = waits_of(needs_of(plugins.plugins))
    for override, loser in _between_plugins(plugins.catalogue):
        winner = override.winner
        if (
            winner.plugin in known
            and loser.plugin in known
            and loser.plugin not in everything_behind(winner.plugin, graph)
        ):
            tie_break = _tie_break(known[winner.plugin], known[loser.plugin], plugins.origins.accepted)
            yield PluginFinding(plugin=winner.plugin, diagnostic=_left_to(tie_break, winner, loser))


def scheme_findings(catalogue: Catalogue) -> Iterator[PluginFinding]:
    """Say which URI schemes two plugins claim, and nobody has allowed that."""
    for override, loser in _between_plugins(catalogue):
        if override.kind == "compiler" and not override.is_approved:
            yield PluginFinding(plugin=override.winner.plugin, diagnostic=_claimed_twice(override.winner, loser))


def _between_plugins(catalogue: Catalogue) -> Iterator[tuple[Override, Contribution]]:
    """Give the overrides with each plugin that loses by them; built-ins always do, and somebody has allowed it."""
    for override in catalogue.overrides:
        for loser in override.losers:
            if loser.origin != BUILT_IN and not loser.is_of_plugin_of(override.winner):
                yield override, loser


def _tie_break(winner: KnownPlugin, loser: KnownPlugin, accepted: Sequence[Origin]) -> _TieBreak:
    one, other = winner.source.origin, loser.source.origin
    if _place(one, accepted) < _place(other, accepted):
        return _TieBreak(f'what "{winner.source.id}" requires loads late')
    if one.kind != other.kind:
        return _TieBreak(f"{source_of(one)} comes after {source_of(other)}", Severity.NOTE)
    if one.kind == "package" or one == other:
        return _TieBreak("its plugin's name comes later")
    return _TieBreak(f"its plugin's path stands later in {source_of(one)}")


def _place(origin: Origin, accepted: Sequence[Origin]) -> int:
    return accepted.index(origin) if origin in accepted else len(accepted)


def _left_to(tie_break: _TieBreak, winner: Contribution, loser: Contribution) -> Diagnostic:
    return Diagnostic(
        code="AF-P604",
        severity=tie_break.severity,
        message=f'the {winner.kind} "{winner.name}" of "{winner.plugin}" overrides that of "{loser.plugin}" '
        f"only because {tie_break.reason}",
        hint=f'where it is meant, list "{loser.plugin}" under `requires` of "{winner.plugin}"; else rename one',
        notes=(f"the other one is at {place_of(loser)}",),
        span=span_of(winner),
    )


def _claimed_twice(winner: Contribution, loser: Contribution) -> Diagnostic:
    return Diagnostic(
        code="AF-P605",
        severity=Severity.WARNING,
        message=f'the URI scheme "{winner.name}" is claimed by "{winner.plugin}" and by "{loser.plugin}"',
        label=f'"{winner.plugin}" has it, for it loads last',
        hint=f'rename one of the two, or list "{loser.name}" under allow_overrides of plugins.yaml',
        notes=(f"the other one is at {place_of(loser)}",),
        span=span_of(winner),
    )
