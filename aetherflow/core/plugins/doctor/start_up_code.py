"""Code that Python runs before aetherflow: lines of .pth files, sitecustomize; and what PYTHONPATH puts first."""

import ast
import re
import warnings
from collections.abc import Iterator
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.doctor.site_records import SiteRecords
from aetherflow.core.plugins.doctor.start_up import StartUp
from aetherflow.core.plugins.modes import Mode
from aetherflow.core.plugins.path_look import PACKAGE_FILE
from aetherflow.core.plugins.small_files import read_small, read_small_text

_LINE_BREAK = re.compile("\r\n|\r|\n")
#: Lines that tools write past any distribution's record, and what they are.
_KNOWN_LINES = {
    re.compile(
        r"import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os\.environ\.get\(var, '(local|stdlib)'\) == 'local'; "
        r"enabled and __import__\('_distutils_hack'\)(\.add_shim\(\))?;? *"
    ): "it is how setuptools replaces distutils",
    re.compile("import _virtualenv"): "it is virtualenv's own",
}
_OF_CODE = (*EXTENSION_SUFFIXES, ".py", ".pyc")


class _Line(Struct, frozen=True):
    number: int
    text: str


def start_up_findings(start_up: StartUp, *, mode: Mode) -> Iterator[Diagnostic]:
    """Say what has run before aetherflow could say a word, and what may take the place of modules."""
    for folder in start_up.site_folders:
        yield from _link_files(folder)
    for module in start_up.modules:
        yield from _site_module(module, start_up)
    if any(start_up.python_path):
        yield _python_path(start_up.python_path, mode)


def _link_files(folder: str) -> Iterator[Diagnostic]:
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


def _link_file(folder: str, name: str, line: _Line, records: SiteRecords) -> Diagnostic:
    path = f"{folder}/{name}"
    source = next((words for pattern, words in _KNOWN_LINES.items() if pattern.fullmatch(line.text)), "")
    owner = records.owner_of(name, read_small(path))
    if owner.is_unchanged:
        source = f'it came with "{owner.distribution}"'
    if source:
        severity, words = Severity.NOTE, source
        hint = "nothing needs to be done where that is trusted"
    else:
        changed = f'it was changed since "{owner.distribution}" brought it'
        severity, words = Severity.WARNING, changed if owner.distribution else "no installed distribution brought it"
        hint = "find out who wrote it, and remove it where nobody knows it"
    return Diagnostic(
        code="AF-P414",
        severity=severity,
        message=f'"{name}" runs code whenever Python starts, before aetherflow: {words}',
        hint=hint,
        span=Span(path, line.number, 1, line.number, len(line.text) + 1),
    )


def _site_module(module: str, start_up: StartUp) -> Iterator[Diagnostic]:
    """Look for the module as Python does: the first one found is the one that runs."""
    for folder in start_up.search_path:
        path = next(filter(Path.is_file, _candidates(Path(folder or "."), module)), None)
        if path is None:
            continue
        if path.suffix != ".py" or _does_something(read_small(str(path))):
            # What stands among Python's own modules was put there with Python, by a Linux distribution for example.
            is_pythons = folder == start_up.library
            yield _runs(path, Severity.NOTE if is_pythons else Severity.WARNING)
        return


def _candidates(folder: Path, module: str) -> Iterator[Path]:
    yield folder / module / PACKAGE_FILE
    yield from (folder / f"{module}{suffix}" for suffix in _OF_CODE)


def _does_something(content: bytes) -> bool:
    """Tell whether a module has more than comments and a docstring."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(content).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return any(not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)) for each in body)


def _runs(path: Path, severity: Severity) -> Diagnostic:
    return Diagnostic(
        code="AF-P414",
        severity=severity,
        message=f'"{path}" runs whenever Python starts, before aetherflow',
        hint="find out who wrote it, and remove it where nobody knows it",
        span=Span(str(path), 1, 1, 1, 1),
    )


def _python_path(entries: tuple[str, ...], mode: Mode) -> Diagnostic:
    shown = ", ".join(f'"{entry}"' for entry in entries if entry)
    return Diagnostic(
        code="AF-P416",
        severity=Severity.WARNING if mode == "enterprise" else Severity.NOTE,
        message=f"PYTHONPATH names {shown}: a module there takes the place of any installed one",
        hint="`python -I -m aetherflow` leaves PYTHONPATH out",
    )
