"""Code that Python runs before aetherflow: lines of .pth files, sitecustomize; and what PYTHONPATH puts first."""

import ast
import re
from collections.abc import Iterator, Sequence
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span, start_of
from aetherflow.core.events.wording import counted
from aetherflow.core.plugins.doctor.site_records import SiteRecords
from aetherflow.core.plugins.doctor.start_up import StartUp
from aetherflow.core.plugins.modes import Mode
from aetherflow.core.plugins.parsed_module import TooMuchCode, parsed_module
from aetherflow.core.plugins.path_look import PACKAGE_FILE
from aetherflow.core.plugins.small_files import read_small, read_small_text

_CODE = "AF-P414"
_WHO = "find out who wrote it, and remove it where nobody knows it"
_LINE_BREAK = re.compile("\r\n|\r|\n")
#: Lines that tools write past any distribution's record, and whose they are.
_KNOWN_LINES = {
    re.compile(
        r"import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os\.environ\.get\(var, '(local|stdlib)'\) == 'local'; "
        r"enabled and __import__\('_distutils_hack'\)(\.add_shim\(\))?;? *"
    ): "setuptools",
    re.compile("import _virtualenv"): "virtualenv",
}
_OF_CODE = (*EXTENSION_SUFFIXES, ".py", ".pyc")


class _Line(Struct, frozen=True):
    number: int
    text: str


class _WellKnown(Struct, frozen=True):
    """A file that an installed distribution, a known tool or Python itself has brought, and whose it is."""

    name: str
    source: str


def start_up_findings(start_up: StartUp, *, mode: Mode) -> Iterator[Diagnostic]:
    """Say what has run before aetherflow could say a word, and what may take the place of modules."""
    found = [each for folder in start_up.site_folders for each in _link_files(folder)]
    found += [each for module in start_up.modules for each in _site_module(module, start_up)]
    yield from (each for each in found if isinstance(each, Diagnostic))
    if well_known := [each for each in found if isinstance(each, _WellKnown)]:
        yield _told_together(well_known)
    if any(start_up.python_path):
        yield _python_path(start_up.python_path, mode)


def is_well_known(finding: Diagnostic) -> bool:
    """Tell the note about what setuptools, virtualenv, editable installs and the like run: most Pythons have one."""
    return finding.code == _CODE and finding.severity is Severity.NOTE


def _link_files(folder: str) -> Iterator["Diagnostic | _WellKnown"]:
    try:
        names = sorted(path.name for path in Path(folder).iterdir())
    except OSError:
        return  # a site directory that is not there runs nothing
    records = SiteRecords(folder, names)
    for name in names:
        if name.endswith(".pth") and (line := _first_run(f"{folder}/{name}")):
            yield _link_file(folder, name, line, records)


def _first_run(path: str) -> _Line | None:
    """Give the first line of a .pth file that is run: https://docs.python.org/3/library/site.html."""
    lines = _LINE_BREAK.split(read_small_text(path).removeprefix("\ufeff"))
    found = (_Line(number, text) for number, text in enumerate(lines, 1) if text.startswith(("import ", "import\t")))
    return next(found, None)


def _link_file(folder: str, name: str, line: _Line, records: SiteRecords) -> "Diagnostic | _WellKnown":
    path = f"{folder}/{name}"
    source = next((tool for pattern, tool in _KNOWN_LINES.items() if pattern.fullmatch(line.text)), "")
    owner = records.owner_of(name, read_small(path))
    if owner.is_unchanged or source:
        return _WellKnown(name, owner.distribution if owner.is_unchanged else source)
    changed = f'it was changed since "{owner.distribution}" brought it'
    words = changed if owner.distribution else "no installed distribution brought it"
    return Diagnostic(
        code=_CODE,
        severity=Severity.WARNING,
        message=f'"{name}" runs code whenever Python starts, before aetherflow: {words}',
        hint=_WHO,
        span=Span(path, line.number, 1, line.number, len(line.text) + 1),
    )


def _told_together(files: Sequence[_WellKnown]) -> Diagnostic:
    """Tell in one note what nearly every Python runs: each by itself would hide what is not so common."""
    named = ", ".join(f'"{each.name}" of {each.source}' for each in files)
    verb = "runs" if len(files) == 1 else "run"
    return Diagnostic(
        code=_CODE,
        severity=Severity.NOTE,
        message=f"{counted(len(files), 'well-known file')} {verb} code whenever Python starts: {named}",
        hint="nothing needs to be done where these are trusted",
    )


def _site_module(module: str, start_up: StartUp) -> Iterator["Diagnostic | _WellKnown"]:
    """Look for the module as Python does: the first one found is the one that runs."""
    for folder in start_up.search_path:
        path = next(filter(Path.is_file, _candidates(Path(folder or "."), module)), None)
        if path is None:
            continue
        if path.suffix != ".py" or _does_something(read_small(str(path))):
            # What stands among Python's own modules was put there with Python, by a Linux distribution for example.
            yield _WellKnown(path.name, "Python") if folder == start_up.library else _runs(path)
        return


def _candidates(folder: Path, module: str) -> Iterator[Path]:
    yield folder / module / PACKAGE_FILE
    yield from (folder / f"{module}{suffix}" for suffix in _OF_CODE)


def _does_something(content: bytes) -> bool:
    """Tell whether a module has more than comments and a docstring."""
    try:
        body = parsed_module(content).body
    except (SyntaxError, ValueError, RecursionError, MemoryError, TooMuchCode):
        return True
    return any(not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)) for each in body)


def _runs(path: Path) -> Diagnostic:
    return Diagnostic(
        code=_CODE,
        severity=Severity.WARNING,
        message=f'"{path}" runs whenever Python starts, before aetherflow',
        hint=_WHO,
        span=start_of(str(path)),
    )


def _python_path(entries: tuple[str, ...], mode: Mode) -> Diagnostic:
    shown = ", ".join(f'"{entry}"' for entry in entries if entry)
    return Diagnostic(
        code="AF-P416",
        severity=Severity.WARNING if mode == "enterprise" else Severity.NOTE,
        message=f"PYTHONPATH names {shown}: a module there takes the place of any installed one",
        hint="`python -I -m aetherflow` leaves PYTHONPATH out",
    )
