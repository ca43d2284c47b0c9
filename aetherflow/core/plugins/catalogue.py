"""The names of everything that plugins register: who has each, whom it was taken from, and who may not have it."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from aetherflow.core.contracts.registry import Contribution, Kind, Registry
from aetherflow.core.plugins.modes import Mode
from aetherflow.core.plugins.plugin_finding import PluginFinding
from aetherflow.core.plugins.reserved_names import why_reserved

BUILT_IN = "built-in"
#: All who register under a name of these kinds are asked, one after another.
SHARED_KINDS: frozenset[Kind] = frozenset({"hook", "observer"})


class OverridePolicy(Struct, frozen=True, kw_only=True):
    """Which names may change hands: plugins.yaml's `allow_overrides`, and the manifest's `trust.overrides`."""

    mode: Mode
    allowed: frozenset[str] = frozenset()
    trusted: frozenset[str] = frozenset()

    def names(self, name: str) -> bool:
        """Tell whether the name stands in the list that counts in this mode."""
        return name in self.listed()

    def listed(self) -> frozenset[str]:
        """Give the list that counts in this mode."""
        return self.trusted if self.mode == "enterprise" else self.allowed


class Override(Struct, frozen=True, kw_only=True):
    """A name that several register: the last of them has it, ``losers`` are the others, the newest first.

    ``is_approved`` tells that the name stands in the list that allows it.
    """

    kind: Kind
    name: str
    winner: Contribution
    losers: tuple[Contribution, ...]
    is_approved: bool = False


class Catalogue(Struct, frozen=True, kw_only=True):
    """Who has which name. ``contributions`` are those in effect, in load order: losers and refused ones are not."""

    registry: Registry
    overrides: tuple[Override, ...]
    contributions: tuple[Contribution, ...]
    findings: tuple[PluginFinding, ...]


_Key = tuple[Kind, str]


def build_catalogue(contributions: Sequence[Contribution], policy: OverridePolicy) -> Catalogue:
    """Let the last one have each name, as far as it may. What comes is in load order, built-ins first."""
    taken: dict[_Key, list[Contribution]] = {}
    shared: list[Contribution] = []
    findings: list[PluginFinding] = []
    for contribution in contributions:
        claims = taken.setdefault(_key(contribution), [])
        finding = _refusal(contribution, claims, policy)
        if finding is not None:
            findings.append(finding)
        elif contribution.kind in SHARED_KINDS:
            shared.append(contribution)
        else:
            claims.append(contribution)
    return _catalogue(contributions, [claims for claims in taken.values() if claims], shared, findings, policy)


def _catalogue(
    contributions: Sequence[Contribution],
    taken: list[list[Contribution]],
    shared: list[Contribution],
    findings: list[PluginFinding],
    policy: OverridePolicy,
) -> Catalogue:
    named = [claims[-1] for claims in taken]
    executing = {each.name: each for each in named if each.kind == "plugin"}
    winners = [each for each in named if _is_executed(each, executing)]
    chosen = {id(each) for each in (*winners, *shared)}
    in_effect = tuple(each for each in contributions if id(each) in chosen)
    without = (each for each in named if id(each) not in chosen and each.owner in executing)
    return Catalogue(
        registry=_registry(winners, in_effect),
        overrides=(
            *(_override(claims, policy) for claims in taken if len(claims) > 1),
            *(_override([each, executing[each.owner]], policy, each) for each in without),
        ),
        contributions=in_effect,
        findings=tuple(findings),
    )


def _is_executed(each: Contribution, executing: Mapping[str, Contribution]) -> bool:
    """Tell what can be called: the tool of a plugin that another one took the name of has nobody to execute it."""
    if not each.owner:
        return True
    executes = executing.get(each.owner)
    return executes is not None and executes.is_of_plugin_of(each)


def _key(contribution: Contribution) -> _Key:
    """Give what makes two contributions the same name: URI schemes have no case."""
    is_scheme = contribution.kind == "compiler"
    return contribution.kind, contribution.name.lower() if is_scheme else contribution.name


def _refusal(contribution: Contribution, claims: list[Contribution], policy: OverridePolicy) -> PluginFinding | None:
    if contribution.origin == BUILT_IN:
        return None
    reason = why_reserved(contribution)
    is_free = contribution.kind in SHARED_KINDS or not claims
    if not reason and (is_free or _may_override(contribution, claims[-1], policy)):
        return None
    # deferred: mostly nothing is wrong
    from aetherflow.core.plugins.override_findings import refused_override, reserved_name

    if reason:
        found = reserved_name(contribution, reason)
    else:
        found = refused_override(contribution, claims[-1], policy.mode, policy.listed())
    return PluginFinding(plugin=contribution.plugin, diagnostic=found)


def _may_override(contribution: Contribution, earlier: Contribution, policy: OverridePolicy) -> bool:
    """Tell whether a name may change hands; what a plugin does to its own is nobody else's affair."""
    if earlier.is_of_plugin_of(contribution) or policy.names(earlier.name):
        return True
    return policy.mode != "enterprise" and earlier.origin != BUILT_IN


def _override(claims: list[Contribution], policy: OverridePolicy, about: Contribution | None = None) -> Override:
    *losers, winner = claims
    return Override(
        kind=(about or winner).kind,
        name=(about or winner).name,
        winner=winner,
        losers=tuple(reversed(losers)),
        is_approved=policy.names(losers[-1].name),
    )


def _registry(winners: Sequence[Contribution], in_load_order: Sequence[Contribution]) -> Registry:
    return Registry(
        steps={each.name: each for each in winners if each.kind in ("step", "tool")},
        connectors={each.name: each for each in winners if each.kind == "connector"},
        commands={each.name: each for each in winners if each.kind == "command"},
        compilers={each.name.lower(): each for each in winners if each.kind == "compiler"},
        hooks=tuple(each for each in in_load_order if each.kind == "hook"),
        plugins=tuple(each for each in in_load_order if each.kind == "plugin"),
    )
