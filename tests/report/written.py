"""Pages of recorded runs, and what stands in them."""

from collections import Counter
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from aetherflow.core.operations.report_run import report_run
from tests.report.recorded import RecordedRun


def written(
    root: Path, run: RecordedRun, status: str = "FAILED", env: Mapping[str, str] | None = None, **fields: Any
) -> str:
    """Record a run in a state of its own, and give its page."""
    state = root / "state"
    state.mkdir(mode=0o700, exist_ok=True)
    run.record(state / "state.db", status, **fields)
    environ = {"AETHERFLOW_STATE_ROOT": str(state), "HOME": str(root), **(env or {})}
    return report_run(environ, f"{run.flow_id}/{run.run_id}", now=run.now).html


class Parsed(HTMLParser):
    """A page as a browser reads it: its elements, its texts, and what is folded away, each parsed in its turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.text = ""
        self._open_script: dict[str, str | None] | None = None
        self.feed(html)
        self.close()

    @property
    def folds(self) -> "list[Parsed]":
        return [Parsed(text) for attributes, text in self.scripts if attributes.get("type") == "text/plain"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes.update(name for name, _ in attrs)
        values = dict(attrs)
        if values.get("id"):
            self.ids[str(values["id"])] += 1
        if tag == "script":
            self._open_script = values
            self.scripts.append((values, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._open_script = None

    def handle_data(self, data: str) -> None:
        if self._open_script is None:
            self.text += data
        else:
            attributes, text = self.scripts[-1]
            self.scripts[-1] = (attributes, text + data)
