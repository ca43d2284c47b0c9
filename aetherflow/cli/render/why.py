"""The answers of `plugins why`, as text."""

from collections.abc import Iterator

from aetherflow.cli.render.plugin_details import (
    facts_table,
    plugin_facts,
    plugin_text,
    reason_text,
    refusal_text,
    side_text,
)
from aetherflow.cli.render.plugin_words import Page, name_of, one_line, origin_words
from aetherflow.cli.render.plugins import table_text
from aetherflow.core.events.segments import Line, Segment
from aetherflow.core.operations.listing.answers import NameAnswer, TakenInput, WhyReport

_FACTS_OF_PLUGIN = ("order", "digest", "lock", "permissions")


def why_text(report: WhyReport, page: Page) -> str:
    """Write an answer for each thing of the name, then plugins that are called so, then what is refused."""
    return "\n".join(
        [
            *(_answer(answer, page) for answer in report.names),
            *(plugin_text(plugin, page) for plugin in report.plugins),
            *(f"not loaded in {report.mode} mode\n{refusal_text(each, page)}" for each in report.refused),
        ]
    )


def _answer(answer: NameAnswer, page: Page) -> str:
    state = "" if answer.in_effect else f": {page.paint('not in effect', 'bad')}"
    parts = [
        f"{answer.name.kind} {page.paint(name_of(answer.name.name), 'name')}{state}\n",
        f"  {one_line(answer.name.summary)}\n" if answer.name.summary else "",
        *(reason_text(reason, page, "  ") for reason in answer.reasons),
        facts_table(_facts(answer, page), page, "  "),
        _inputs(answer, page),
    ]
    return "".join(parts)


def _facts(answer: NameAnswer, page: Page) -> Iterator[tuple[str, str]]:
    plugin = answer.plugin
    found = "defined at" if answer.name.kind == "observer" else "registered at"
    yield found, page.place(answer.name.file, answer.name.line)
    yield "plugin", f"{name_of(plugin.id)} {one_line(plugin.version)}"
    yield "origin", origin_words(plugin)
    yield "trust", plugin.trust
    yield "overrides", ", ".join(side_text(side, page) for side in answer.overrides)
    yield "effects", answer.effects or ""
    yield from ((name, fact) for name, fact in plugin_facts(plugin, page) if name in _FACTS_OF_PLUGIN)


def _inputs(answer: NameAnswer, page: Page) -> str:
    if not answer.inputs:
        return ""
    rows = table_text(list(map(_input, answer.inputs)), page, "    ", name=0)
    return f"  {page.paint('takes', 'dim')}\n{rows}"


def _input(taken: TakenInput) -> Line:
    needed = ", required" if taken.required else ""
    told = Segment(one_line(taken.description), "dim")
    return [Segment(name_of(taken.name)), Segment(one_line(f"{taken.takes}{needed}")), told]
