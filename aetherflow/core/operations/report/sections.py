"""Pieces that sections of the page share."""

from aetherflow.core.events.wording import duration
from aetherflow.core.operations.report.markup import Markup, element, joined
from aetherflow.core.operations.report.values import JobEntry, Kept, Pair, Table


def section(name: str, title: str, *content: str | None) -> Markup:
    """Make a section with a heading, which the page's menu links to."""
    heading = element("h2", title, id=f"{name}-title")
    return element("section", heading, *content, id=name, aria_labelledby=f"{name}-title")


def took_of(job: JobEntry) -> str:
    """Say how long a job took; nothing where none of its steps began."""
    return duration(job.seconds) if job.seconds is not None and job.all_steps else ""


def table(content: Table, caption: str) -> Markup:
    """Write a table, and how many rows it leaves out; it scrolls by itself where it is wide."""
    head = element("tr", *(element("th", name, scope="col") for name in content.head))
    rows = [element("tr", *(element("td", cell) for cell in row)) for row in content.rows]
    body = element("table", element("caption", caption), element("thead", head), element("tbody", *rows))
    more = element("p", f"and {content.left_out:,} more, which are in the journal", class_="note")
    scrolled = element("div", body, class_="scroll", tabindex=0, role="region", aria_label=caption)
    return joined(scrolled, more if content.left_out else None)


def pairs(content: tuple[Pair, ...], class_: str = "pairs") -> Markup:
    """Write names with their texts."""
    rows = [joined(element("dt", pair.name), element("dd", element("pre", pair.text))) for pair in content]
    return element("dl", *rows, class_=class_) if rows else Markup()


def log_lines(kept: Kept, begun_at: float) -> Markup:
    """Write the lines of a log with the seconds since the run began."""
    rows = [
        element(
            "li",
            element("span", f"{line.at - begun_at:+.2f}s", class_="at"),
            element("span", line.level or "out", class_=f"level {line.level or 'out'}"),
            element("span", line.text, class_="text"),
        )
        for line in kept.lines
    ]
    more = element("p", f"{kept.left_out:,} earlier lines are left out", class_="note") if kept.left_out else None
    return joined(more, element("ol", *rows, class_="log"))
