"""docs/events.md says of every type of event what its payload holds; real runs are held against it."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from aetherflow.core.api import Event, EventType, RunResult, StepResult, register_hook, register_step, run_flow
from tests.support.project import REPOSITORY

ROW = re.compile(r"^\| `(\w+)` \|[^|]*\| (.*) \|$", re.MULTILINE)
KEY = re.compile(r"(?:^|· )`(\w+)`((?:, `\w+`)*)")

FLOW = """
version: 1
flow: {{id: told, locks: {{scope: flow}}}}
jobs:
  - id: work
    steps:
      - {{id: measure, type: measures}}
      - {{id: patched, type: log, inputs: {{message: one}}}}
      - {{id: again, type: fails_once, retry: {{max_attempts: 2, backoff_seconds: 0}}}}
      - {{id: child, type: external.process, inputs: {{command: [echo, hello]}}}}
      - {{id: last, type: fail, when: "{fails}", inputs: {{message: no}}}}
  - {{id: gated, when: "false", steps: [{{id: none, type: log, inputs: {{message: none}}}}]}}
"""

PLUGIN = """
from aetherflow.core.api import register_hook

@register_hook("after_job")
def broken(data, ctx):
    raise ValueError("oh")
"""
SETTINGS = "version: 1\nsettings: {broken: {on_error: warn}}\n"


@register_step("measures")
def measures(ctx, inputs):  # type: ignore[no-untyped-def]
    """Tells how far it is, and a number."""
    ctx.progress(1, 2, "half")
    ctx.visualize("rows", 3, table="orders")
    ctx.log.info("done")


@register_step("fails_once")
def fails_once(ctx, inputs):  # type: ignore[no-untyped-def]
    """Fails at its first attempt."""
    return StepResult(status="FAILED", error="not yet") if ctx.attempt == 1 else {}


@register_hook("before_step")
def louder(data, ctx):  # type: ignore[no-untyped-def]
    """Changes the inputs of one step, so much that not all of it is told."""
    texts = {f"text {number}": "x" for number in range(100)}
    return {"inputs": {"message": "ONE", **texts}} if data["step"] == "patched" else None


@register_hook("after_run")
def refuse(data, ctx):  # type: ignore[no-untyped-def]
    """Lets no run end well."""
    raise ValueError("no")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Run flows in which everything happens; gives the keys of the payloads by type."""
    root = tmp_path_factory.mktemp("told")
    (root / "broken.py").write_text(PLUGIN)
    (root / "plugins.yaml").write_text(SETTINGS)
    found: dict[str, set[str]] = defaultdict(set)

    def hear(event: Event) -> None:
        found[event.type] |= event.payload.keys()

    def run(*plugins: object, fails: str = "false", resume: bool = False) -> RunResult:
        flow = root / "flow.yaml"
        flow.write_text(FLOW.format(fails=fails))
        env = {"PATH": "/usr/bin:/bin", "AETHERFLOW_STATE_ROOT": str(root), "AETHERFLOW_WORK_ROOT": str(root / "w")}
        return run_flow(
            flow,
            plugins=[measures, fails_once, *plugins],
            observers=[hear],
            env=env,
            plugin_paths=[root / "broken.py"],
            resume=resume,
        )

    assert run(louder, fails="true").status == "FAILED"
    assert run(louder, fails="true", resume=True).status == "FAILED"
    assert run(refuse).status == "FAILED"
    return found


def documented() -> dict[str, set[str]]:
    """Read the table of payloads."""
    text = (REPOSITORY / "docs/events.md").read_text().partition("## Payloads")[2]
    rows = dict(ROW.findall(text))
    rows["run_resumed"] = rows["run_resumed"].replace("as `run_started`, and ", f"{rows['run_started']} · ")
    return {name: set(_keys(payload)) for name, payload in rows.items()}


def _keys(payload: str) -> Iterator[str]:
    for match in KEY.finditer(payload):
        yield from re.findall(r"\w+", match[0])


def test_every_type_of_event_is_documented_and_happens(told: dict[str, set[str]]) -> None:
    assert set(documented()) == {each.value for each in EventType} == set(told)


@pytest.mark.parametrize("type_", list(EventType))
def test_a_payload_holds_what_is_documented(type_: EventType, told: dict[str, set[str]]) -> None:
    assert told[type_] == documented()[type_]
