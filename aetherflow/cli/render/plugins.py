"""What is registered, by plugin, as text and as JSON."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from aetherflow.cli.console import Look
from aetherflow.cli.render.paint import paint
from aetherflow.cli.render.tables import render_table
from aetherflow.core.contracts.registry import Contribution, Registry
from aetherflow.core.events.segments import Line, Segment, harmless


def plugins_json(registry: Registry) -> dict[str, Any]:
    """Give the form of `plugins list --json`."""
    plugins = [_plugin_json(order, group) for order, group in enumerate(_by_plugin(registry), start=1)]
    return {"mode": "internal_fast", "plugins": plugins, "overrides": [], "refused": []}


def plugins_text(registry: Registry, look: Look, *, verbose: bool) -> str:
    """Write a block for each plugin: what it is, then what it registers."""
    return "\n".join(_plugin_text(group, look, verbose=verbose) for group in _by_plugin(registry))


def _by_plugin(registry: Registry) -> list[list[Contribution]]:
    everything = sorted([*registry.steps.values(), *registry.connectors.values()], key=_place)
    return [list(group) for _, group in groupby(everything, key=lambda contribution: contribution.plugin)]


def _place(contribution: Contribution) -> tuple[str, int, str]:
    kinds = ("step", "connector")
    return contribution.plugin, kinds.index(contribution.kind), contribution.name


def _plugin_json(order: int, group: Iterable[Contribution]) -> dict[str, Any]:
    provides = list(group)
    first = provides[0]
    return {
        "name": first.plugin,
        "version": first.version,
        "origin": first.origin,
        "path": first.file,
        "trust": "built-in",
        "digest": first.digest,
        "load_order": order,
        "provides": [
            {"kind": one.kind, "name": one.name, "file": one.file, "line": one.line, "summary": one.summary}
            for one in provides
        ],
    }


def _plugin_text(group: list[Contribution], look: Look, *, verbose: bool) -> str:
    first = group[0]
    colour = look.has_colour
    head = f"{paint(harmless(first.plugin), 'strong', colour=colour)} {harmless(first.version)} ({first.origin})"
    rows = [_row(one, verbose=verbose) for one in group]
    digest = f"  digest {first.digest}\n" if verbose else ""
    return f"{head}\n{digest}{render_table(rows, colour=colour)}"


def _row(one: Contribution, *, verbose: bool) -> Line:
    place = [Segment(f"{one.file}:{one.line}", "dim")] if verbose else []
    return [Segment(one.kind, "dim"), Segment(harmless(one.name), "name"), *place, Segment(harmless(one.summary))]
