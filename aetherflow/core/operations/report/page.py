"""The page: one HTML file that asks the network for nothing and runs no script but its own."""

import base64
import hashlib
from pathlib import Path

from aetherflow.core.operations.report.folds import Folds
from aetherflow.core.operations.report.graph_drawing import graph_section
from aetherflow.core.operations.report.head_section import failures_section, head, page_title, records_section
from aetherflow.core.operations.report.jobs_section import jobs_section
from aetherflow.core.operations.report.markup import Markup, element, joined
from aetherflow.core.operations.report.metrics_section import metrics_section
from aetherflow.core.operations.report.timeline import timeline_section
from aetherflow.core.operations.report.values import Report
from aetherflow.version import VERSION

#: A page begins so; by that a report is known from a file that is not to be overwritten.
BEGINNING = '<!doctype html>\n<html lang="en" data-report="aetherflow-run">'

_FOLDER = Path(__file__).parent
#: Those that a browser has in its tree at first; there are some forty elements to a step.
_STEPS_IN_TREE = 400
_THEME = element("button", "◐", type="button", id="theme", class_="needs-js", aria_label="switch light and dark")
#: Patterns and the arrow that drawings refer to.
_DEFINITIONS = Markup(
    '<svg class="definitions" width="0" height="0" aria-hidden="true"><defs>'
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line x1="0" y1="0" x2="0" y2="6" class="stripe"/></pattern>'
    '<marker id="arrow" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="8" markerHeight="8" '
    'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" class="arrowhead"/></marker>'
    "</defs></svg>"
)


def page(report: Report) -> str:
    """Write the page of a report."""
    folds = Folds(_STEPS_IN_TREE)
    sections = {
        "failures": ("Went wrong", failures_section(report)),
        "timeline": ("Timeline", timeline_section(report)),
        "graph": ("Graph", graph_section(report)),
        "metrics": ("Metrics", metrics_section(report)),
        "steps": ("Steps", jobs_section(report, folds)),
        "records": ("Records", records_section(report)),
    }
    links = [element("a", name, href=f"#{key}") for key, (name, content) in sections.items() if content]
    body = joined(
        element("a", "to the content", href="#content", class_="skip"),
        _DEFINITIONS,
        element("nav", *links, _THEME, aria_label="sections"),
        element("main", head(report), *(content for _, content in sections.values()), id="content"),
        _foot(report),
        folds.scripts(),
        element("script", _script()),
    )
    return f"{BEGINNING}\n{_head(report)}\n{element('body', body)}\n</html>\n"


def _head(report: Report) -> Markup:
    css, script = styles(), _script()
    allowed = f"style-src '{_hash(css)}'; script-src '{_hash(script)}'"
    policy = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="generator", content=f"AetherFlow {VERSION}"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", page_title(report)),
        element("style", css),
    )


def _foot(report: Report) -> Markup:
    command = f"aetherflow runs report {report.run.flow_id}/{report.run.run_id}"
    said = element(
        "p",
        "Written by ",
        element("code", command),
        f" (AetherFlow {VERSION}). Secrets are shown as ***; long values are cut.",
    )
    return element("footer", said)


def styles() -> Markup:
    """Give the page's styles."""
    return Markup((_FOLDER / "page.css").read_text(encoding="utf-8"))


def _script() -> Markup:
    return Markup((_FOLDER / "page.js").read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
