"""What a report tells of a run, whatever became of it, and that it leaves nothing out without saying so."""

import re
import time
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import register_hook, register_step, run_flow
from aetherflow.core.contracts.event import EventType
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.operations.report.texts import longest_for
from aetherflow.core.operations.report_run import report_run
from aetherflow.core.state.records import BundleProvenance, PluginProvenance, Provenance
from tests.cli import flows
from tests.cli.test_runs import WAITING, started
from tests.history.conftest import Past, past
from tests.report.recorded import RecordedRun
from tests.report.sample_runs import full_run, long_run, looping_run, resumed_run
from tests.report.written import Parsed, written
from tests.support.project import Project, kill_tree

__all__ = ["past"]


def section(page: str, name: str) -> str:
    """Give the text of a section."""
    return Parsed(re.findall(rf'<section id="{name}".*?</section>', page, re.DOTALL)[0]).text


def test_a_failed_run_tells_what_went_wrong_where_and_how_to_go_on(tmp_path: Path) -> None:
    wrong = section(written(tmp_path, full_run()), "failures")
    assert "train.evaluate" in wrong
    assert 'File "evaluate.py", line 12' in wrong
    assert "hint: its stderr is in the run's log" in wrong
    assert "aetherflow runs resume nightly_sales/20260131-060000-1f2e3d" in wrong


def test_the_parts_of_a_run_have_their_sections(tmp_path: Path) -> None:
    page = written(tmp_path, full_run(), params={"day": "2026-01-31"})
    assert "[2].chart" in section(page, "timeline")
    assert 'class="edge order"' in page
    assert page.count('class="edge depends_on"') == 7
    metrics = section(page, "metrics")
    assert "set=validation: last 0.486, 0.33 to 2.99 (60 points)" in metrics
    assert "clean.dedupe: last 100, 0 to 100 (21 points)" in metrics
    records = section(page, "records")
    for text in (
        "2026-01-31",
        "before_step",
        "limit_rows (guard/hooks.py:14)",
        "inputs.limit: null → 1000",
        "warehouse",
        "waited 1.2s",
        "AF-E301",
    ):
        assert text in records
    steps = section(page, "steps")
    for text in ('"publish" did not end SUCCESS', "when is false", "page 6 of 6 read", "attempt 3 SUCCESS in 3.0s"):
        assert text in steps


def test_a_real_run_shows_its_metrics_its_progress_and_what_a_hook_changed(tmp_path: Path) -> None:
    @register_step("measure")
    def measure(ctx: Any, inputs: dict[str, Any]) -> dict[str, Any]:
        for number in range(5):
            ctx.visualize("loss", 1 / (1 + number), set=inputs["set"])
            ctx.progress(number + 1, 5, f"round {number + 1}")
        ctx.visualize("rows", 42)
        return {}

    @register_hook("before_step")
    def choose(data: dict[str, Any], ctx: Any) -> dict[str, Any]:
        return {**data, "inputs": {"set": "chosen", "size": 3}}

    flow = tmp_path / "flow.yaml"
    flow.write_text(
        "version: 1\nflow: {id: daily}\njobs:\n"
        "  - id: a\n    steps: [{id: m, type: measure, inputs: {set: given, gone: x}}]\n"
    )
    env = {"HOME": str(tmp_path), "AETHERFLOW_STATE_ROOT": str(tmp_path), "AETHERFLOW_WORK_ROOT": str(tmp_path / "w")}
    run_flow(flow, run_id="r1", env=env, plugins=[measure, choose])
    page = report_run(env, "r1", now=0.0).html
    assert "set=chosen: last 0.2, 0.2 to 1 (5 points)" in section(page, "metrics")
    assert "rows42" in section(page, "metrics")
    assert "a.m: last 100" in section(page, "metrics")
    assert "round 5" in section(page, "steps")
    records = section(page, "records")
    assert "inputs.set: given → chosen" in records
    assert "inputs.size: (not there) → 3" in records
    assert "inputs.gone: x → (not there)" in records


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_real_run_shows_what_its_steps_and_their_children_said(project: Project, form: str) -> None:
    project.write("flow.yaml", flows.OK)
    assert project.aetherflow("run", "flow.yaml", "--run-id", "r1", AETHERFLOW_LOG_FORMAT=form).exit_code == 0
    project.aetherflow("runs", "report", "r1", "-o", "page.html")
    page = project.read("page.html")
    assert section(page, "steps").count("hello from daily") == 2  # as an output and in the log
    assert len(re.findall(r'class="level out">out</span><span class="text">to std(?:out|err)<', page)) == 2
    assert "✓ SUCCESS" in Parsed(page).text
    assert 'id="failures"' not in page


def test_a_report_does_without_the_log(project: Project) -> None:
    project.write("flow.yaml", flows.OK)
    project.aetherflow("run", "flow.yaml", "--run-id", "r1")
    log = project.root / "state/runs/daily/r1/run.log"
    log.write_bytes(b"\xff\n{\n" + b'{"seq": "x"}\n2026 a | b\n')
    assert project.aetherflow("runs", "report", "r1").exit_code == 0
    log.unlink()
    assert project.aetherflow("runs", "report", "r1").exit_code == 0


def test_a_report_says_of_a_long_log_that_it_read_the_end_of_it(project: Project) -> None:
    project.write("flow.yaml", flows.OK)
    project.aetherflow("run", "flow.yaml", "--run-id", "r1")
    with (project.root / "state/runs/daily/r1/run.log").open("a") as log:
        log.writelines(f"2026-01-31T06:00:00.000Z   daily.ask | {number:0100}\n" for number in range(40_000))
    project.aetherflow("runs", "report", "r1", "-o", "page.html")
    assert "run.log (what children printed is from its last 4 MiB)" in Parsed(project.read("page.html")).text


def test_a_live_run_and_one_that_was_killed_are_shown_as_far_as_they_came(project: Project) -> None:
    process = started(project, WAITING)
    try:
        assert project.aetherflow("runs", "report", "live1", "-o", "live.html").exit_code == 0
        live = Parsed(project.read("live.html")).text
        assert "▶ RUNNING" in live
        assert "It is still running: this page shows it as it was at " in live
        assert "1 IN FLIGHT" in live
    finally:
        kill_tree(process)
        process.communicate()
    project.aetherflow("runs", "report", "live1", "-o", "dead.html")
    dead = project.read("dead.html")
    assert "✗ INTERRUPTED" in Parsed(dead).text
    assert "the process that ran it died, or was killed" in section(dead, "failures")
    assert "aetherflow runs resume daily/live1" in section(dead, "failures")
    (project.root / "go").touch()
    assert project.aetherflow("runs", "resume", "live1").exit_code == 0
    project.aetherflow("runs", "report", "live1", "-o", "done.html")
    done = project.read("done.html")
    assert "its process died" in section(done, "records")
    assert "attempt 1 CUT OFF" in section(done, "steps")
    assert "in 2 executions" in Parsed(done).text


def test_the_time_between_two_executions_is_a_break_and_not_to_scale(tmp_path: Path) -> None:
    page = written(tmp_path, resumed_run(), "RUNNING")
    assert page.count('class="pause"') == 2
    assert "nobody worked for 3h00m" in page
    assert "worked 20.0s in 3 executions" in Parsed(page).text


def test_jobs_that_a_run_has_not_come_to_are_shown_too(tmp_path: Path) -> None:
    run = RecordedRun()
    run.begin({"b": {"a": "depends_on"}}, jobs=("a", "b"))
    run.step("a", "s", None)
    page = written(tmp_path, run, "RUNNING")
    assert "NOT RUN" in section(page, "graph")
    assert "b" in section(page, "steps")


@pytest.mark.parametrize("status", list(RunStatus))
def test_a_run_without_any_event_has_a_page(past: Past, status: RunStatus) -> None:
    past.record("r1", status=status, finished_at=None)
    page = report_run(past.env, "r1", now=time.time()).html
    assert "daily" in Parsed(page).text
    assert 'id="timeline"' not in page


def test_all_items_of_a_loop_of_500_are_there(tmp_path: Path) -> None:
    page = written(tmp_path, looping_run(500), "SUCCESS")
    text = "".join(part.text for part in (Parsed(page), *Parsed(page).folds))
    assert "500 items · 1,000 steps" in text
    assert [index for index in range(500) if f"[{index}]" not in text] == []


@pytest.mark.parametrize(("steps", "jobs"), [(2_000, 1), (2_000, 100), (10_000, 1), (5_000, 5_000)])
def test_a_long_run_has_every_step_once_and_a_small_tree(tmp_path: Path, steps: int, jobs: int) -> None:
    page = written(tmp_path, long_run(steps, jobs))
    tree = Parsed(page)
    ids = tree.ids
    for fold in tree.folds:
        ids.update(fold.ids)
    assert {ids[f"s{number}"] for number in range(1, steps + 1)} == {1}
    assert {ids[f"job{number}"] for number in range(1, jobs + 1)} == {1}
    assert max(ids.values()) == 1
    assert tree.tags.total() < 20_000
    assert len(page) < 1_000 * steps
    if steps > 300:
        assert f"of {steps:,} steps" in section(page, "timeline")


def test_a_page_tells_what_the_run_went_by(tmp_path: Path) -> None:
    run = RecordedRun()
    run.event(EventType.RUN_STARTED, jobs=["a", "b"])
    run.step("a", "s", within=((EventType.STEP_PROGRESS, {"done": 3}), (EventType.STEP_PROGRESS, {"done": 4})))
    run.event(EventType.ERROR, job="b", message="the hook refused it")
    run.job("a")
    run.job("b", "FAILED", reason='lock "warehouse" is held')
    bundle = BundleProvenance(id="sales", source="git+ssh://host/flows", revision="4f1c", digest="sha256:b1")
    plugin = PluginProvenance(name="guard", version="1.2.3", origin="bundle", digest="sha256:c3")
    provenance = Provenance(
        mode="enterprise", manifest="/etc/m.yaml", manifest_digest="sha256:a0", bundle=bundle, plugins=[plugin]
    )
    page = written(tmp_path, run, run_key="2026-01-31", options={"workflow": "main"}, provenance=provenance)
    records = section(page, "records")
    for text in (
        "enterprise",
        "/etc/m.yaml sha256:a0",
        "sales 4f1c of git+ssh://host/flows",
        "sha256:b1",
        "2026-01-31",
    ):
        assert text in records
    assert "guard1.2.3bundlesha256:c3" in records
    assert "b: the hook refused it" in records
    assert 'lock "warehouse" is held' in section(page, "failures")
    assert "Which jobs come before which is not recorded" in section(page, "graph")
    assert "a.s: last 4, 3 to 4 (2 points)" in section(page, "metrics")


def test_what_is_cut_or_left_out_is_counted(tmp_path: Path) -> None:
    run = RecordedRun()
    run.begin(jobs=("a",))
    said = tuple((EventType.LOG, {"level": "info", "message": f"line {number}"}) for number in range(1_000))
    outputs = {"text": "y" * 10_000, **{f"k{number}": number for number in range(60)}}
    run.step("a", "s", within=said, outputs=outputs)
    run.step("a", "long", retries=150, outputs={f"k{number}": "z" * 3_900 for number in range(6)})
    for number in range(250):
        run.event(EventType.JOB_GATED, job=f"g{number}", status="SKIPPED", reason="when is false")
        run.event(EventType.METRIC, job="a", name=f"m{number}", value=number)
    text = Parsed(written(tmp_path, run, "SUCCESS")).text
    assert "800 earlier lines are left out" in text
    assert "line 999" in text
    assert f"… and {10_000 - longest_for(1):,} more characters" in text
    assert "and 21 more values" in text
    assert "and 3 more values" in text
    assert "101 earlier attempts and waits are left out" in text
    assert "and 50 more, which are in the journal" in text
    assert "210 more metrics are not drawn" in text


def test_a_text_may_be_long_where_there_are_few_steps() -> None:
    assert [longest_for(steps) for steps in (0, 1, 2_000, 10_000, 10_000_000)] == [4_000, 4_000, 4_000, 800, 200]
