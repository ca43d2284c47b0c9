"""Puts the findings of many checks together: each once, in order of place, with the texts that they point into."""

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Severity, in_order_of_place
from aetherflow.core.diagnostics.nearby import nearby
from aetherflow.core.plugins.plugin_finding import PluginFinding
from aetherflow.core.plugins.small_files import read_small_text

#: What importing a module tells of what reading it has told, with its place: that it is not valid Python, what it does.
#: Metadata that cannot be made fail where they are made.
_SAID_BEFORE = {"AF-P501": "AF-P525", "AF-P502": "AF-P141", "AF-P520": "AF-P534"}
#: The family of contracts: reading tells them at the value of an attribute, importing at the name of its class.
#: Names that nothing can be registered under are told at a line by the one, at its words by the other.
_CONTRACTS = ("AF-P51", "AF-P504")
#: A module that is nowhere: reading tells it at the module's name, importing at the statement.
_MISSING_MODULE = "AF-P503"

_Place = tuple[str, int, int]


def told_once(findings: Iterable[PluginFinding]) -> list[PluginFinding]:
    """Leave out what says the same of the same place; of two, the graver or the one that knows whose it is stays."""
    kept: dict[tuple[str, _Place, str], PluginFinding] = {}
    for each in findings:
        key = (each.diagnostic.code, _place_that_counts(each), each.diagnostic.message)
        if key not in kept or not kept[key].plugin or _is_graver(each, kept[key]):
            kept[key] = each
    earlier = _Earlier(kept.values())
    return [each for each in kept.values() if not earlier.says(each)]


def _place_that_counts(finding: PluginFinding) -> _Place:
    file, line, column = _place(finding)
    if finding.diagnostic.code.startswith(_CONTRACTS):
        return file, 0, 0
    return file, line, 0 if finding.diagnostic.code == _MISSING_MODULE else column


def _is_graver(finding: PluginFinding, other: PluginFinding) -> bool:
    """Tell what reading takes for a matter of the place, and importing has found to fail."""
    return finding.diagnostic.severity is Severity.ERROR and other.diagnostic.severity is not Severity.ERROR


class _Earlier:
    """What reading has told that importing may tell once more."""

    def __init__(self, findings: Iterable[PluginFinding]) -> None:
        self._lines: set[tuple[str, str, int]] = set()
        self._words: dict[tuple[str, str], list[str]] = {}  # by code and plugin
        for each in findings:
            code = each.diagnostic.code
            if code in _SAID_BEFORE.values():
                self._lines.add((code, *_place(each)[:2]))
                self._words.setdefault((code, each.plugin), []).append(each.diagnostic.message)

    def says(self, finding: PluginFinding) -> bool:
        """Tell the same line; of what has no place, the same words, to which an import only adds whom and where to."""
        code = _SAID_BEFORE.get(finding.diagnostic.code)
        if code is None:
            return False
        if finding.diagnostic.span:
            return (code, *_place(finding)[:2]) in self._lines
        return finding.diagnostic.message.startswith(tuple(self._words.get((code, finding.plugin), ())))


def in_order(findings: Iterable[PluginFinding]) -> list[PluginFinding]:
    """Sort by file, line and column; those without a place come first."""
    findings = list(findings)
    owners = {id(each.diagnostic): each for each in findings}
    return [owners[id(diagnostic)] for diagnostic in in_order_of_place(each.diagnostic for each in findings)]


def with_short_paths(finding: PluginFinding, folder: Path) -> PluginFinding:
    """Name files relative to the folder that they lie below, as people and code hosts do."""
    return replace(finding, diagnostic=nearby(finding.diagnostic, str(folder)))


def sources_of(findings: Iterable[PluginFinding]) -> dict[str, str]:
    """Read the files that findings point into; what is no file, or is none any more, is left out."""
    files = {each.diagnostic.span.file for each in findings if each.diagnostic.span}
    return {file: read_small_text(file) for file in sorted(files) if Path(file).is_file()}


def _place(finding: PluginFinding) -> _Place:
    span = finding.diagnostic.span
    return (span.file, span.line, span.column) if span else ("", 0, 0)
