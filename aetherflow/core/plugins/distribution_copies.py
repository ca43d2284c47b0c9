"""Whether a distribution that is trusted by its name is there once: of two, nobody can say which one is meant."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.distribution_names import normalised_name
from aetherflow.core.plugins.small_files import entries_of

#: What Python takes for a distribution, or pip for a way to one.
_KINDS = (".dist-info", ".egg-info", ".egg", ".egg-link")


def copies_of(names: Collection[str], folders: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Give everything in site directories that bears one of these names, whether it offers plugins or not."""
    found: dict[str, list[str]] = {name: [] for name in names}
    for folder in folders:
        for entry in entries_of(folder):
            if (name := _name_in(entry)) in found:
                found[name].append(f"{folder}/{entry}")
    return {name: tuple(places) for name, places in found.items() if len(places) > 1}


def ambiguous_names(copies: Mapping[str, Sequence[str]]) -> Iterator[Diagnostic]:
    """Say which trusted names are borne by more than one."""
    for name, places in copies.items():
        yield Diagnostic(
            code="AF-P122",
            severity=Severity.ERROR,
            message=f'the distribution "{name}", which the manifest trusts, is there more than once: {quoted(places)}',
            hint="none of them is loaded: remove all but the one that is meant",
        )


def quoted(places: Sequence[str]) -> str:
    """Name places one after another."""
    return " and ".join(f'"{place}"' for place in places)


def _name_in(entry: str) -> str | None:
    if not entry.endswith(_KINDS):
        return None
    stem = Path(entry).stem
    # The name of a link to sources is the project's own, which may have a "-" in it; all others are written with "_".
    return normalised_name(stem if entry.endswith(".egg-link") else stem.partition("-")[0])
