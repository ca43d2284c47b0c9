"""What a plugin is given, as text and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import asdict

from aetherflow.cli.console import Console
from aetherflow.cli.options import Format
from aetherflow.cli.render.json_text import json_line
from aetherflow.cli.render.plugin_words import name_of
from aetherflow.cli.render.tables import render_table
from aetherflow.core.events.segments import Line, Segment, harmless
from aetherflow.core.operations.plugin_config import ConfigReport, leaves, value_of
from aetherflow.core.plugins.config_values import value_at


def write_config(report: ConfigReport, console: Console, chosen: Format) -> None:
    """Write every value with who says it; that there is none is told on stderr."""
    if report.warnings:
        from aetherflow.cli.render.plugin_problems import problems_text  # deferred: in enterprise mode alone

        console.note(problems_text(report.warnings, console))
    if chosen == "json":
        console.result_json(_as_json(report))
        return
    console.result(render_table(list(_rows(report)), colour=console.out.has_colour, indent=""))
    if not report.config:
        console.note(f'nothing is set for the plugin "{name_of(report.plugin)}"\n')


def write_value(report: ConfigReport, key: str, console: Console, chosen: Format) -> None:
    """Write one value: a text as it is, anything else, and for programs a text too, as JSON."""
    value = value_of(report, key)
    if chosen == "json":
        console.result_json(value)
    else:
        console.result(f"{harmless(value)}\n" if isinstance(value, str) else json_line(value).decode())


def _as_json(report: ConfigReport) -> dict[str, Any]:
    told = asdict(report)
    del told["warnings"]
    return told


def _rows(report: ConfigReport) -> Iterator[Line]:
    for path, value in leaves(report.config):
        origin = "this machine" if _is_local(report, path) else "plugins.yaml"
        told = json_line(value).decode().strip()
        yield [Segment(name_of(".".join(path)), "name"), Segment(told), Segment(origin, "dim")]


def _is_local(report: ConfigReport, path: Sequence[str]) -> bool:
    try:
        value_at(report.local, path)
    except KeyError:
        return False
    return True
