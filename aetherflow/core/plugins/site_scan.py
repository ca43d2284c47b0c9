"""Reads the entry points of one site directory from the files of its distributions, executing nothing."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.distribution_names import is_distribution_name, normalised_name
from aetherflow.core.plugins.distributions import EntryPoint, InstalledDistribution, SiteReading
from aetherflow.core.plugins.entry_points import parse_entry_points, span_of_line
from aetherflow.core.plugins.module_places import ModulePlaces, locate_module, looked_at, places_of
from aetherflow.core.plugins.small_files import entries_of, read_small, read_small_text

_SIGN_OF_OURS = b"aetherflow."
_INFO_SUFFIXES = (".dist-info", ".egg-info")
_PYTHON = "requires-python"


class _Info(Struct, frozen=True):
    """A dist-info or egg-info folder. ``linked`` is the source folder where an .egg-link, ``link``, leads there."""

    folder: str
    linked: str = ""
    link: str = ""

    @property
    def entry_points(self) -> str:
        """The file of its entry points, whether there is one or not."""
        return f"{self.folder}/entry_points.txt"


def scan_site(folder: str) -> SiteReading:
    """Read every distribution that has entry points of ours; what cannot be read is passed over."""
    distributions: list[InstalledDistribution] = []
    findings: list[Diagnostic] = []
    looked: list[str] = []
    for info in _infos(folder):
        looked += filter(None, (info.entry_points, info.link, info.linked))
        text = read_small(info.entry_points)
        if _SIGN_OF_OURS in text:
            reading = _read_distribution(folder, info, text.decode("utf-8", "replace"))
            distributions += reading.distributions
            findings += reading.diagnostics
            looked += reading.looked_at
    return SiteReading(tuple(distributions), tuple(findings), tuple(looked))


def _infos(folder: str) -> Iterator[_Info]:
    for name in entries_of(folder):
        if name.endswith(_INFO_SUFFIXES):
            yield _Info(f"{folder}/{name}")
        elif name.endswith(".egg-link"):  # `setup.py develop`
            yield from _linked(f"{folder}/{name}")


def _linked(link: str) -> Iterator[_Info]:
    source = read_small_text(link).strip().split("\n")[0].strip()
    if source.startswith("/"):  # a relative one would depend on the current directory
        infos = (name for name in entries_of(source) if name.endswith(".egg-info"))
        yield from (_Info(f"{source}/{name}", source, link) for name in infos)


def _read_distribution(site: str, info: _Info, text: str) -> SiteReading:
    file = info.entry_points
    points, findings = parse_entry_points(text, file)
    if not points:
        return SiteReading((), tuple(findings))
    file_of_headers, described = _metadata(info.folder)
    headers = _headers(described)
    name, version = _name_and_version(info.folder)
    if wrong := _wrong_name(info.folder, headers.get("name", name), name):
        return SiteReading((), (wrong,), (file_of_headers,))
    places = places_of(site, info.folder)
    if info.linked:
        places = replace(places, folders=(info.linked,))
    distribution = InstalledDistribution(
        name=headers.get("name", name),
        version=headers.get("version", version),
        site=site,
        info=info.folder,
        entry_points=tuple(_located(point, places) for point in points),
        editable=places.editable or bool(info.linked),
        summary=headers.get("summary", ""),
        author=headers.get("author") or headers.get("author-email", ""),
        requires_python=headers.get(_PYTHON, ""),
        requires_python_span=_span_of_header(_PYTHON, described, file_of_headers) if _PYTHON in headers else None,
    )
    findings += [_no_target(distribution, point, file, places) for point in distribution.entry_points if not point.file]
    return SiteReading((distribution,), tuple(findings), (file_of_headers, *_told_by(points, places)))


def _told_by(points: list[EntryPoint], places: ModulePlaces) -> Iterator[str]:
    yield from places.told_by
    for point in points:
        yield from looked_at(point.module, places)


def _located(point: EntryPoint, places: ModulePlaces) -> EntryPoint:
    found = locate_module(point.module, places)
    return replace(point, file=found.file, root=found.root, package=found.package) if found else point


def _name_and_version(folder: str) -> tuple[str, str]:
    stem = Path(folder).stem
    name, _, rest = stem.partition("-")
    return name, rest.partition("-")[0] or "0"  # an egg-info may go on with "-py3.11"


def _metadata(folder: str) -> tuple[str, str]:
    """Read METADATA, or an egg's PKG-INFO: the file and its text."""
    file = f"{folder}/METADATA"
    if text := read_small_text(file):
        return file, text
    file = f"{folder}/PKG-INFO"
    return file, read_small_text(file)


def _headers(text: str) -> dict[str, str]:
    """Give the headers by lower-case name; the first of each counts."""
    headers: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            break
        key, colon, value = line.partition(":")
        if colon and not line[0].isspace():
            headers.setdefault(key.strip().lower(), value.strip())
    return {key: value for key, value in headers.items() if value and value != "UNKNOWN"}


def _span_of_header(name: str, text: str, file: str) -> Span:
    keys = [line.partition(":")[0].strip().lower() for line in text.splitlines()]
    return span_of_line(file, keys.index(name) + 1)


def _wrong_name(folder: str, claimed: str, name: str) -> Diagnostic | None:
    none_at_all = next((each for each in (claimed, name) if not is_distribution_name(each)), None)
    if none_at_all is not None:
        return _not_a_name(folder, none_at_all)
    return _misnamed(folder, claimed, name) if normalised_name(claimed) != normalised_name(name) else None


def _not_a_name(folder: str, name: str) -> Diagnostic:
    return Diagnostic(
        code="AF-P124",
        message=f'the distribution in "{folder}" is called {name!a}, which no distribution can be: it is not loaded',
        hint='names are ASCII letters, digits, ".", "_" and "-"; pip leaves such folders where it is interrupted',
    )


def _misnamed(folder: str, claimed: str, name: str) -> Diagnostic:
    return Diagnostic(
        code="AF-P123",
        message=f'the distribution in "{folder}" calls itself "{claimed}", not "{name}": it is not loaded',
        hint="no installer writes this: find out who did, and reinstall both distributions",
    )


def _no_target(distribution: InstalledDistribution, point: EntryPoint, file: str, places: ModulePlaces) -> Diagnostic:
    from aetherflow.core.diagnostics.suggestion import did_you_mean  # deferred: only when something is wrong
    from aetherflow.core.plugins.line_places import whole_line
    from aetherflow.core.plugins.module_names import modules_in

    near = did_you_mean(point.module, modules_in(places))
    reinstall = f"`pip install --force-reinstall {distribution.name}` brings it back where it was removed"
    return Diagnostic(
        code="AF-P120",
        severity=Severity.ERROR,
        message=f'the entry point "{point.name}" of "{distribution.name}" leads to the module "{point.module}", '
        "whose source is not there",
        label=near,
        hint=f'correct it under [project.entry-points."{point.group}"] of its pyproject.toml, and install it anew',
        notes=() if near else (reinstall, "a plugin must be Python source"),
        span=whole_line(file, point.line),
    )
