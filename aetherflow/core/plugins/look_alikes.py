"""Registered names that look like others, or are hard to read: findings for doctor, for no rule can settle them."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.registry import Contribution, Kind
from aetherflow.core.plugins.catalogue import BUILT_IN
from aetherflow.core.plugins.modes import Mode
from aetherflow.core.plugins.override_findings import described, place_of, span_of
from aetherflow.core.plugins.plugin_finding import PluginFinding
from aetherflow.core.plugins.reserved_names import why_reserved

_Shape = tuple[Kind, str]


def look_alike_findings(contributions: Iterable[Contribution], mode: Mode) -> Iterator[PluginFinding]:
    """Say which names can be taken for others; what comes is in load order, built-ins first."""
    # deferred: the tables of Unicode are for doctor alone
    from aetherflow.core.plugins.name_shapes import alphabets_of, shape_of

    known: dict[_Shape, list[Contribution]] = {}
    for each in contributions:
        alike = known.setdefault((each.kind, shape_of(each.name)), [])
        other = next((one for one in alike if not _is_one_name(one, each)), None)
        if each.origin != BUILT_IN:
            found = _finding(each, other, shape_of(each.name), alphabets_of(each.name), mode)
            yield from (PluginFinding(plugin=each.plugin, diagnostic=finding) for finding in found)
        alike.append(each)


def _is_one_name(one: Contribution, other: Contribution) -> bool:
    """Tell an override, which is told as such; schemes have no case."""
    if one.kind == "compiler":
        return one.name.lower() == other.name.lower()
    return one.name == other.name


def _finding(
    each: Contribution, other: Contribution | None, shape: str, alphabets: tuple[str, ...], mode: Mode
) -> Iterator[Diagnostic]:
    reserved = None if why_reserved(each) else why_reserved(replace(each, name=shape))
    if other is not None:
        is_ours = other.origin == BUILT_IN
        yield _looks_like(each, described(other), place_of(other), _severity(mode, is_ours=is_ours))
    elif reserved:
        yield _looks_like(each, f"a name of AetherFlow's own: {reserved}", "", _severity(mode, is_ours=True))
    elif len(alphabets) > 1:
        yield _mixed(each, alphabets)
    elif not each.name.isascii():
        yield _beyond_ascii(each)


def _severity(mode: Mode, *, is_ours: bool) -> Severity:
    return Severity.ERROR if is_ours and mode == "enterprise" else Severity.WARNING


def _looks_like(each: Contribution, other: str, place: str, severity: Severity) -> Diagnostic:
    notes = [_spelt(each)] if not each.name.isascii() else []
    return Diagnostic(
        code="AF-P606",
        severity=severity,
        message=f"{described(each)} looks like {other}",
        hint="give it a name that nobody can take for the other one",
        notes=(*notes, *([f"the other one is at {place}"] if place else [])),
        span=span_of(each),
    )


def _mixed(each: Contribution, alphabets: tuple[str, ...]) -> Diagnostic:
    return Diagnostic(
        code="AF-P606",
        severity=Severity.WARNING,
        message=f"{described(each)} mixes letters that look alike: {' and '.join(alphabets)}",
        hint="write it in the letters of one alphabet",
        notes=(_spelt(each),),
        span=span_of(each),
    )


def _beyond_ascii(each: Contribution) -> Diagnostic:
    return Diagnostic(
        code="AF-P607",
        severity=Severity.WARNING,
        message=f"{described(each)} has letters that not everybody can type",
        hint="write it in ASCII where people of other languages write flows",
        notes=(_spelt(each),),
        span=span_of(each),
    )


def _spelt(each: Contribution) -> str:
    return f"it is spelt {each.name!a}"
