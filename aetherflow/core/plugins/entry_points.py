"""The lines of an entry_points.txt that are about plugins of ours."""

import re

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.distributions import GROUPS, EntryPoint

_TARGET = re.compile(r"(?P<module>\w+(?:\.\w+)*)\s*(?::\s*(?P<attribute>\w+(?:\.\w+)*))?\s*(?:\[.*\])?")


def parse_entry_points(text: str, file: str) -> tuple[list[EntryPoint], list[Diagnostic]]:
    """Give the entry points in our groups, and a finding for every line there that is none."""
    points: list[EntryPoint] = []
    findings: list[Diagnostic] = []
    group = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            group = line[1:-1].strip()
        elif group in GROUPS and line and line[0] not in "#;":
            name, _, target = line.partition("=")
            if name.strip() and (match := _TARGET.fullmatch(target.strip())):
                points.append(EntryPoint(group, name.strip(), match["module"], match["attribute"] or "", number))
            else:
                findings.append(_malformed(line, file, number))
    return points, findings


def span_of_line(file: str, line: int) -> Span:
    """Give the span that points at the beginning of a line."""
    return Span(file, line, 1, line, 1)


def _malformed(line: str, file: str, number: int) -> Diagnostic:
    return Diagnostic(
        code="AF-P121",
        message=f'"{line[:80]}" is no entry point',
        hint="an entry point is written `name = package.module` or `name = package.module:attribute`",
        span=span_of_line(file, number),
    )
