"""Which of the names that plugins register are in effect, and what became of the others."""

from msgspec.structs import replace

from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.operations.listing.values import ListedName, ListedOverride, OverrideSide
from aetherflow.core.plugins.catalogue import Catalogue, Override

_Place = tuple[str, str, str, int]  # kind, name, file, line


class NamesInEffect:
    """Looks up names: each is in effect, or another plugin has it instead, or a rule refuses it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._in_effect = {_place(each) for each in catalogue.contributions}
        self._winners = {
            _place(loser): override.winner.plugin for override in catalogue.overrides for loser in override.losers
        }
        found = [each.diagnostic for each in catalogue.findings]
        self._refusals = {(each.span.file, each.span.line): each.code for each in found if each.span}

    def judged(self, name: ListedName) -> ListedName:
        """Say of a name what became of it."""
        place = _place(name)
        if place in self._in_effect:
            return name
        if winner := self._winners.get(place):
            return replace(name, overridden_by=winner)
        return replace(name, refused=self._refusals.get((name.file, name.line)))


def listed_override(override: Override) -> ListedOverride:
    """Describe a name that several plugins register."""
    return ListedOverride(
        kind=override.kind,
        name=override.name,
        winner=_side(override.winner),
        losers=tuple(map(_side, override.losers)),
        approved=override.is_approved,
    )


def _side(each: Contribution) -> OverrideSide:
    return OverrideSide(plugin=each.plugin, version=each.version, origin=each.origin, file=each.file, line=each.line)


def _place(each: Contribution | ListedName) -> _Place:
    return each.kind, each.name, each.file, each.line
