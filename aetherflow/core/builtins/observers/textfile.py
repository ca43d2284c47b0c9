"""Writes a run's numbers in the text format of Prometheus. Needs the extra `metrics`: import it where it is wanted."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.parser import text_fd_to_metric_families
from prometheus_client.registry import Collector

from aetherflow.core.builtins.observers.run_measures import RunMeasures, StepMetric

_LAST_SUCCESS = "aetherflow_run_last_success_timestamp_seconds"
_RUN_STATUSES = ("RUNNING", "SUCCESS", "FAILED", "INTERRUPTED")
_STEP_STATUSES = ("SUCCESS", "SKIPPED", "FAILED")
_JOB_STATUSES = (*_STEP_STATUSES, "BLOCKED", "NOT_RUN")


def metrics_text(run: RunMeasures, last_success: float | None) -> bytes:
    """Write everything that is to be told of a run; the time of the last success is the one before this run."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families([*_of_run(run, last_success), *_of_steps(run.given)]))
    return generate_latest(registry)


def last_success_in(path: Path, flow_id: str) -> float | None:
    """Find when the flow last succeeded, as the file that is about to be replaced says; None where nothing does."""
    try:
        with path.open(encoding="utf-8") as file:
            for family in text_fd_to_metric_families(file):
                for sample in family.samples:
                    if sample.name == _LAST_SUCCESS and sample.labels.get("flow") == flow_id:
                        return sample.value
    except (OSError, ValueError):  # there is none, or it is no file of metrics
        return None
    return None


class _Families(Collector):
    """What is collected once: families that stand ready."""

    def __init__(self, families: Iterable[GaugeMetricFamily]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return self._families


def _of_run(run: RunMeasures, last_success: float | None) -> Iterator[GaugeMetricFamily]:
    flow = run.flow_id
    if run.status == "SUCCESS":
        last_success = run.finished_at
    yield _gauge("aetherflow_run_duration_seconds", "How long the run took, in all its executions.", flow, run.seconds)
    yield _gauge("aetherflow_run_start_timestamp_seconds", "When the run began.", flow, run.started_at)
    yield _gauge("aetherflow_run_end_timestamp_seconds", "When the run ended.", flow, run.finished_at)
    yield _gauge(_LAST_SUCCESS, "When a run of the flow last ended SUCCESS.", flow, last_success)
    yield _gauge("aetherflow_run_step_retries", "How many attempts were followed by another.", flow, run.retries)
    left_out = "How many values of steps were left out, since there were too many series."
    yield _gauge("aetherflow_run_series_left_out", left_out, flow, run.series_left_out)
    statuses = {status: float(status == run.status) for status in _RUN_STATUSES}
    yield _by_label("aetherflow_run_status", "1 for the status that the run has.", flow, "status", statuses)
    steps = {status: float(run.steps[status]) for status in _STEP_STATUSES}
    yield _by_label("aetherflow_run_steps", "How many steps ended with each status.", flow, "status", steps)
    jobs = {status: float(run.jobs[status]) for status in _JOB_STATUSES}
    yield _by_label("aetherflow_run_jobs", "How many jobs ended with each status.", flow, "status", jobs)
    yield _by_label("aetherflow_job_duration_seconds", "How long the job took.", flow, "job", run.job_seconds)


def _of_steps(given: dict[StepMetric, float]) -> Iterator[GaugeMetricFamily]:
    by_name: dict[str, list[tuple[dict[str, str], float]]] = {}
    for metric, value in given.items():
        by_name.setdefault(metric.name, []).append((dict(metric.labels), value))
    for name, series in by_name.items():
        labels = list(dict.fromkeys(label for found, _ in series for label in found))
        family = GaugeMetricFamily(f"aetherflow_metric_{name}", "A number that a step gave.", labels=labels)
        for found, value in series:
            family.add_metric([found.get(label, "") for label in labels], value)  # to Prometheus, "" is no label
        yield family


def _gauge(name: str, words: str, flow: str, value: float | None) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=["flow"])
    if value is not None:
        family.add_metric([flow], value)
    return family


def _by_label(name: str, words: str, flow: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=["flow", label])
    for key, value in values.items():
        family.add_metric([flow, key], value)
    return family
