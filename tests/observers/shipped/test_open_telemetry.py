"""OpenTelemetryObserver against a receiver of OTLP over HTTP."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from aetherflow.core.api import Event, EventType
from aetherflow.core.builtins.observers.open_telemetry import OpenTelemetryObserver
from tests.observers.shipped.observed import EVERYTHING, events_of, observe, run, warnings_in
from tests.observers.shipped.otlp_receiver import Receiver, attributes_of, otlp_receiver
from tests.support.project import Project


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Give a running receiver."""
    with otlp_receiver() as running:
        yield running


def watched(project: Project, receiver: Receiver, **config: Any) -> None:
    """Have the project's runs traced."""
    observe(project, "OpenTelemetryObserver", {"endpoint": receiver.url, **config})


def told(*events: tuple[EventType, dict[str, Any], dict[str, Any]]) -> list[Event]:
    """Make events, a second apart."""
    return [
        Event(seq=seq, type=kind, timestamp=1.8e9 + seq, flow_id="f", run_id="r", payload=payload, **place)
        for seq, (kind, place, payload) in enumerate(events)
    ]


def test_a_run_is_one_trace_with_a_span_for_each_job_item_step_and_attempt(
    project: Project, receiver: Receiver
) -> None:
    watched(project, receiver)
    assert run(project).exit_code == 1
    assert receiver.tree() == [
        "daily",
        "daily > job load",
        "daily > job load > step say",
        "daily > job load > step flaky",
        "daily > job load > step flaky > attempt 1",
        "daily > job load > step flaky > attempt 2",
        "daily > job load > step never",
        "daily > job each",
        "daily > job each > each[0]",
        "daily > job each > each[0] > step begin",
        "daily > job each > each[0] > step check",
        "daily > job each > each[1]",
        "daily > job each > each[1] > step begin",
        "daily > job each > each[1] > step check",
        "daily > job closed",
        "daily > job after",
        "daily > job handlers.on_exit",
        "daily > job handlers.on_exit > step tidy",
    ]
    assert len({span.trace_id for span in receiver.spans}) == 1
    assert len({span.span_id for span in receiver.spans}) == len(receiver.spans)
    assert {path for path, _ in receiver.requests} == {"/v1/traces"}
    assert receiver.resource["service.name"] == "aetherflow"


def test_times_are_those_of_the_events(project: Project, receiver: Receiver) -> None:
    watched(project, receiver)
    run(project)
    events = events_of(project)

    def at(kind: str, **place: str) -> float:
        (found,) = [e for e in events if e["type"] == kind and all(e[key] == value for key, value in place.items())]
        return float(found["timestamp"])

    run_span, job, step = receiver.named("daily"), receiver.named("job load"), receiver.named("step flaky")
    for span, begun, ended in (
        (run_span, at("run_started"), at("run_finished")),
        (job, at("job_started", job_id="load"), at("job_finished", job_id="load")),
        (step, at("step_started", step_id="flaky"), at("step_finished", step_id="flaky")),
        (receiver.named("attempt 1"), at("step_started", step_id="flaky"), at("step_retrying", step_id="flaky")),
    ):
        assert span.start_time_unix_nano == pytest.approx(begun * 1e9, abs=1000)
        assert span.end_time_unix_nano == pytest.approx(ended * 1e9, abs=1000)
    second = receiver.named("attempt 2")
    waited = second.start_time_unix_nano - receiver.named("attempt 1").end_time_unix_nano
    assert waited == pytest.approx(0.05 * 1e9, abs=1000)


def test_statuses_and_attributes_say_how_it_went(project: Project, receiver: Receiver) -> None:
    watched(project, receiver, service_name="nightly")
    run(project)
    run_span = receiver.named("daily")
    assert run_span.status.code == Status.STATUS_CODE_ERROR
    assert attributes_of(run_span.attributes) == {
        "aetherflow.flow.id": "daily",
        "aetherflow.run.id": "r1",
        "aetherflow.run.resumed": False,
        "aetherflow.flow.source": str(project.root / "flow.yaml"),
        "aetherflow.run.status": "FAILED",
    }
    (failed,) = [span for span in receiver.spans if span.name == "step check" and span.status.code == 2]
    assert failed.status.message == "exited with code 1: test 2 = 1"
    assert attributes_of(failed.attributes) == {
        "aetherflow.job.id": "each",
        "aetherflow.job.item": 1,
        "aetherflow.step.id": "check",
        "aetherflow.step.type": "external.process",
        "aetherflow.step.attempts": 1,
        "aetherflow.step.status": "FAILED",
        "aetherflow.reason": "exited with code 1: test 2 = 1",
    }
    flaky, skipped = receiver.named("step flaky"), receiver.named("step never")
    assert flaky.status.code == Status.STATUS_CODE_OK
    assert receiver.named("attempt 1").status.code == Status.STATUS_CODE_ERROR
    assert receiver.named("attempt 2").status.code == Status.STATUS_CODE_OK
    assert skipped.status.code == Status.STATUS_CODE_UNSET
    assert attributes_of(skipped.attributes)["aetherflow.reason"] == "when is false"
    assert attributes_of(receiver.named("job after").attributes)["aetherflow.job.status"] == "BLOCKED"
    assert receiver.resource["service.name"] == "nightly"


def test_retries_and_messages_are_events_of_the_span_that_they_are_about(project: Project, receiver: Receiver) -> None:
    watched(project, receiver)
    run(project)
    (retry,) = receiver.named("step flaky").events
    assert retry.name == "step_retrying"
    assert attributes_of(retry.attributes)["attempt"] == 1
    (message,) = receiver.named("step tidy").events
    assert (message.name, attributes_of(message.attributes)["message"]) == ("log", "tidied")


def test_log_level_chooses_the_messages(project: Project, receiver: Receiver) -> None:
    watched(project, receiver, log_level="none")
    run(project)
    assert [event.name for event in receiver.named("step tidy").events] == []


def test_a_resume_continues_the_trace_and_is_linked_to_its_beginning(project: Project, receiver: Receiver) -> None:
    watched(project, receiver)
    run(project, EVERYTHING.replace('"{{item}}", "=", "1"', f'-e, "{project.root}/mended"'))
    first = receiver.named("daily")
    receiver.spans.clear()
    (project.root / "mended").touch()
    assert project.aetherflow("runs", "resume", "r1").exit_code == 0
    resumed = receiver.named("daily")
    assert resumed.trace_id == first.trace_id
    assert resumed.span_id != first.span_id
    assert [(link.trace_id, link.span_id) for link in resumed.links] == [(first.trace_id, first.span_id)]
    assert attributes_of(resumed.attributes)["aetherflow.run.steps_done_before"] == 5
    assert "daily > job load > step say" not in receiver.tree()
    assert "daily > job after > step s" in receiver.tree()


def test_the_same_run_told_again_has_the_same_ids(receiver: Receiver) -> None:
    events = told(
        (EventType.RUN_STARTED, {}, {"flow": "f.yaml"}),
        (EventType.JOB_STARTED, {"job_id": "j"}, {}),
        (EventType.JOB_FINISHED, {"job_id": "j"}, {"status": "SUCCESS"}),
        (EventType.RUN_FINISHED, {}, {"status": "SUCCESS"}),
    )
    ids = []
    for _ in range(2):
        trace(receiver, events)
        ids.append([(span.trace_id, span.span_id, span.name) for span in receiver.spans])
        receiver.spans.clear()
    assert ids[0] == ids[1]


def trace(receiver: Receiver, events: list[Event], **config: Any) -> None:
    """Tell an observer of events."""
    observer = OpenTelemetryObserver("it", {"endpoint": receiver.url, **config})
    observer.on_startup()
    for event in events:
        observer.on_event(event)
    observer.on_shutdown()


def test_what_was_open_when_the_events_end_is_sent_as_an_error(receiver: Receiver) -> None:
    trace(receiver, told((EventType.RUN_STARTED, {}, {}), (EventType.JOB_STARTED, {"job_id": "j"}, {})))
    assert receiver.tree() == ["f", "f > job j"]
    assert {(span.status.code, span.status.message) for span in receiver.spans} == {(2, "its end was not told")}


def test_thousands_of_messages_are_bounded_and_counted(receiver: Receiver) -> None:
    messages = [(EventType.LOG, {}, {"level": "info", "message": "x" * 10_000})] * 1000
    trace(
        receiver, told((EventType.RUN_STARTED, {}, {}), *messages, (EventType.RUN_FINISHED, {}, {"status": "SUCCESS"}))
    )
    (span,) = receiver.spans
    assert (len(span.events), span.dropped_events_count) == (128, 872)
    assert len(attributes_of(span.events[0].attributes)["message"]) == 4096


def test_thousands_of_spans_arrive(receiver: Receiver) -> None:
    steps = [
        (kind, {"job_id": "j", "step_id": f"s{n}"}, {"type": "log", "status": "SUCCESS"})
        for n in range(3000)
        for kind in (EventType.STEP_STARTED, EventType.STEP_FINISHED)
    ]
    trace(receiver, told((EventType.RUN_STARTED, {}, {}), (EventType.JOB_STARTED, {"job_id": "j"}, {}), *steps))
    assert len(receiver.spans) == 3002
    assert len(receiver.requests) > 1


def test_headers_come_from_the_environment_and_are_in_no_log(project: Project, receiver: Receiver) -> None:
    receiver.failures = 100
    watched(project, receiver, headers={"x-api-key": {"env": "COLLECTOR_PERMIT"}})
    outcome = run(project, EVERYTHING, "--debug-plugins", COLLECTOR_PERMIT="permit-s3cret")
    assert receiver.requests[0][1]["x-api-key"] == "permit-s3cret"
    assert f"not sent to {receiver.url}: 18 spans: Failed to export" in warnings_in(outcome)[-1]
    logs = [path.read_text() for path in (project.root / "state").rglob("*.log")]
    assert "s3cret" not in "".join([outcome.stdout, outcome.stderr, *logs])


def test_the_variables_of_opentelemetry_count_where_the_config_says_nothing(
    project: Project, receiver: Receiver
) -> None:
    observe(project, "OpenTelemetryObserver", {})
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url, "OTEL_SERVICE_NAME": "theirs"}
    run(project, EVERYTHING, **variables, OTEL_RESOURCE_ATTRIBUTES="deployment.environment.name=test")
    assert "daily" in receiver.tree()
    assert receiver.resource["service.name"] == "theirs"
    assert receiver.resource["deployment.environment.name"] == "test"


@pytest.mark.parametrize("answers", [False, True])
def test_a_collector_that_is_away_or_silent_delays_a_run_no_longer_than_the_limit(
    project: Project, answers: bool
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        if answers:
            taken.listen()  # connections are made, and nothing ever comes back
        config = {"endpoint": f"http://127.0.0.1:{taken.getsockname()[1]}", "timeout_seconds": 60}
        observe(project, "OpenTelemetryObserver", config, drain_seconds=1)
        begun = time.monotonic()
        outcome = run(project, EVERYTHING.replace("[1, 2]", "[1]"))
    assert outcome.exit_code == 0
    assert time.monotonic() - begun < 8
    assert "Traceback" not in outcome.stderr
    assert "on_shutdown" in warnings_in(outcome)[-1]


def test_by_itself_it_gives_up_in_time_and_counts_what_is_lost() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}"
        observer = OpenTelemetryObserver("it", {"endpoint": endpoint, "timeout_seconds": 0.3})
        observer.on_startup()
        for event in told((EventType.RUN_STARTED, {}, {}), (EventType.RUN_FINISHED, {}, {"status": "SUCCESS"})):
            observer.on_event(event)
        begun = time.monotonic()
        with pytest.raises(ConnectionError, match=rf"^not sent to {endpoint}: 1 span: "):
            observer.on_shutdown()
        assert time.monotonic() - begun < 2
