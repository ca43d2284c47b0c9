"""PrometheusObserver: files that Prometheus' own parser reads."""

import time
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from aetherflow.core.api import Event, EventType
from aetherflow.core.builtins.observers.prometheus import PrometheusObserver
from aetherflow.core.builtins.observers.run_measures import MOST_SERIES
from tests.observers.shipped.observed import EVERYTHING, observe, run, wait_until
from tests.support.project import Project

MEASURING = '''
from aetherflow.core.api import register_step


@register_step("measure")
def measure(ctx, inputs):
    """Give numbers."""
    ctx.visualize("rows.read", 3, table="orders \\\\ \\"x\\"\\nnext")
    ctx.visualize("rows.read", 5, **{"0odd-label": "a", "flow": "mine", "__own": "b"})
    ctx.visualize("µ-rate/s", 0.5)
    ctx.visualize("rows.read", 4, table="orders \\\\ \\"x\\"\\nnext")
    return {}
'''

Sample = tuple[str, frozenset[tuple[str, str]]]


def samples_in(text: str) -> dict[Sample, float]:
    """Parse a file of metrics; labels without a value are none."""
    return {
        (sample.name, frozenset((name, value) for name, value in sample.labels.items() if value)): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(samples: dict[Sample, float], name: str, **labels: str) -> float | None:
    """Give a number by its name and labels."""
    return samples.get((name, frozenset(labels.items())))


def watched(project: Project, **config: object) -> None:
    """Have the project's runs measured."""
    observe(project, "PrometheusObserver", {"path": "out/{flow_id}.prom", **config})


def test_the_end_of_a_run_is_told_in_numbers(project: Project) -> None:
    watched(project)
    begun = time.time()
    run(project)
    found = samples_in(project.read("out/daily.prom"))
    statuses = {s: value(found, "aetherflow_run_status", flow="daily", status=s) for s in ("SUCCESS", "FAILED")}
    assert statuses == {"SUCCESS": 0, "FAILED": 1}
    steps = {s: value(found, "aetherflow_run_steps", flow="daily", status=s) for s in ("SUCCESS", "SKIPPED", "FAILED")}
    assert steps == {"SUCCESS": 6, "SKIPPED": 1, "FAILED": 1}
    assert value(found, "aetherflow_run_jobs", flow="daily", status="BLOCKED") == 1
    assert value(found, "aetherflow_run_step_retries", flow="daily") == 1
    assert 0 < (value(found, "aetherflow_run_duration_seconds", flow="daily") or 0) < time.time() - begun
    assert begun <= (value(found, "aetherflow_run_end_timestamp_seconds", flow="daily") or 0) <= time.time()
    assert value(found, "aetherflow_run_last_success_timestamp_seconds", flow="daily") is None
    assert value(found, "aetherflow_job_duration_seconds", flow="daily", job="load")
    assert [path.name for path in (project.root / "out").iterdir()] == ["daily.prom"]


def test_a_failed_run_keeps_the_time_of_the_last_success(project: Project) -> None:
    name = "aetherflow_run_last_success_timestamp_seconds"
    observe(project, "PrometheusObserver", {"path": "x.prom"})
    project.write("flow.yaml", EVERYTHING.replace("[1, 2]", "[1]"))
    assert project.aetherflow("run", "flow.yaml").exit_code == 0
    succeeded = value(samples_in(project.read("x.prom")), name, flow="daily")
    project.write("flow.yaml", EVERYTHING)
    assert project.aetherflow("run", "flow.yaml").exit_code == 1
    found = samples_in(project.read("x.prom"))
    assert succeeded
    assert value(found, name, flow="daily") == succeeded
    assert value(found, "aetherflow_run_status", flow="daily", status="FAILED") == 1


def test_numbers_of_steps_have_names_and_labels_that_prometheus_takes(project: Project) -> None:
    watched(project)
    project.write("plugins/measuring.py", MEASURING)
    outcome = run(
        project, "{flow: {id: m}, jobs: [{id: j, steps: [{id: s, type: measure}]}]}", "--plugin-path", "plugins"
    )
    assert outcome.exit_code == 0, outcome.stderr
    found = samples_in(project.read("out/m.prom"))
    place = {"flow": "m", "job": "j", "step": "s"}
    assert value(found, "aetherflow_metric_rows_read", **place, table='orders \\ "x"\nnext') == 4
    others = {"exported_0odd_label": "a", "exported_flow": "mine", "exported_own": "b"}
    assert value(found, "aetherflow_metric_rows_read", **place, **others) == 5
    assert value(found, "aetherflow_metric___rate_s", **place) == 0.5


def test_a_resumed_run_is_counted_whole(project: Project) -> None:
    watched(project)
    flow = EVERYTHING.replace('"{{item}}", "=", "1"', f'-e, "{project.root}/mended"')
    run(project, flow)
    (project.root / "mended").touch()
    assert project.aetherflow("runs", "resume", "r1").exit_code == 0
    found = samples_in(project.read("out/daily.prom"))
    steps = {s: value(found, "aetherflow_run_steps", flow="daily", status=s) for s in ("SUCCESS", "SKIPPED", "FAILED")}
    assert steps == {"SUCCESS": 8, "SKIPPED": 1, "FAILED": 0}
    assert value(found, "aetherflow_run_status", flow="daily", status="SUCCESS") == 1


def test_a_running_run_is_written_every_so_often(project: Project) -> None:
    watched(project, every_seconds=0.01)
    project.write(
        "flow.yaml",
        f"""
        flow: {{id: f}}
        jobs:
          - id: j
            steps:
              - id: wait
                type: external.process
                inputs: {{shell: true, command: 'until test -e {project.root}/go; do sleep 0.02; done'}}
        """,
    )
    with project.start("run", "flow.yaml", "--run-id", "r1") as process:
        wait_until(lambda: (project.root / "out/f.prom").exists())
        status = value(samples_in(project.read("out/f.prom")), "aetherflow_run_status", flow="f", status="RUNNING")
        (project.root / "go").touch()
        process.communicate(timeout=30)
    assert status == 1
    found = samples_in(project.read("out/f.prom"))
    assert value(found, "aetherflow_run_status", flow="f", status="RUNNING") == 0


def test_too_many_series_are_counted_and_left_out(tmp_path: Path) -> None:
    observer = PrometheusObserver("it", {"path": str(tmp_path / "m.prom")})
    events = [(EventType.RUN_STARTED, {})]
    events += [(EventType.METRIC, {"name": "n", "value": 1, "labels": {"row": str(n)}}) for n in range(MOST_SERIES + 7)]
    events += [(EventType.METRIC, {"name": "n", "value": value, "labels": {}}) for value in (True, None, "3", 10**400)]
    events += [(EventType.RUN_FINISHED, {"status": "SUCCESS", "duration_seconds": 1})]
    for seq, (kind, payload) in enumerate(events):
        observer.on_event(Event(seq=seq, type=kind, timestamp=seq, flow_id="f", run_id="r", payload=payload))
    found = samples_in((tmp_path / "m.prom").read_text())
    assert sum(name == "aetherflow_metric_n" for name, _ in found) == MOST_SERIES
    assert value(found, "aetherflow_run_series_left_out", flow="f") == 8
