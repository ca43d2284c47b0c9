"""The journal numbers, stamps, masks, records, and hands on."""

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aetherflow.core.contracts.errors import Interrupted
from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.events.journal import Journal, Listener


def ticks() -> Callable[[], float]:
    times: Iterator[int] = iter(range(1000, 1_000_000))
    return lambda: float(next(times))


def journal_to(
    record: list[Event], *listeners: Listener, next_seq: int = 1, mask: Any = lambda value: value
) -> Journal:
    return Journal(
        flow_id="etl",
        run_id="nightly",
        next_seq=next_seq,
        clock=ticks(),
        mask=mask,
        record=record.append,
        listeners=listeners,
    )


def test_events_are_numbered_from_where_the_run_stands() -> None:
    record: list[Event] = []
    journal = journal_to(record, next_seq=41)
    journal.emit(EventType.RUN_RESUMED, done=3)
    journal.emit(EventType.STEP_STARTED, job_id="load", item=2, step_id="copy", attempt=1, type="log")
    common = {"flow_id": "etl", "run_id": "nightly"}
    assert record == [
        Event(seq=41, type=EventType.RUN_RESUMED, timestamp=1000.0, payload={"done": 3}, **common),
        Event(
            seq=42,
            type=EventType.STEP_STARTED,
            timestamp=1001.0,
            job_id="load",
            item=2,
            step_id="copy",
            attempt=1,
            payload={"type": "log"},
            **common,
        ),
    ]


def test_the_payload_is_masked_before_anybody_sees_it() -> None:
    record: list[Event] = []
    seen: list[Event] = []
    journal = journal_to(record, seen.append, mask=lambda value: dict.fromkeys(value, "***"))
    event = journal.emit(EventType.LOG, message="hunter2")
    assert event.payload == {"message": "***"}
    assert record == seen == [event]


def test_an_event_is_recorded_before_listeners_get_it() -> None:
    record: list[Event] = []
    journal = journal_to(record, lambda event: order.append(len(record)))
    order: list[int] = []
    journal.emit(EventType.RUN_STARTED)
    assert order == [1]


def test_a_listener_that_raises_is_switched_off_with_a_warning() -> None:
    record: list[Event] = []
    seen: list[int] = []
    calls: list[int] = []

    def faulty(event: Event) -> None:
        calls.append(event.seq)
        raise ValueError("no such colour")

    journal = journal_to(record, faulty, lambda event: seen.append(event.seq))
    journal.emit(EventType.RUN_STARTED)
    journal.emit(EventType.RUN_FINISHED)
    assert calls == [1]
    assert seen == [1, 2, 3]  # in order, the warning behind its cause
    assert record[1].type is EventType.LOG
    assert record[1].payload["level"] == "warning"
    assert record[1].payload["message"].endswith('faulty" was switched off: it raised ValueError: no such colour')


def test_the_warning_about_a_listener_is_masked_too() -> None:
    record: list[Event] = []

    def faulty(event: Event) -> None:
        raise ValueError("hunter2")

    def mask(value: dict[str, str]) -> dict[str, str]:
        return {key: text.replace("hunter2", "***") for key, text in value.items()}

    journal_to(record, faulty, mask=mask).emit(EventType.RUN_STARTED)
    assert record[1].payload["message"].endswith("ValueError: ***")


def test_all_listeners_may_fail_and_the_run_goes_on() -> None:
    record: list[Event] = []

    def faulty(event: Event) -> None:
        raise RuntimeError

    def worse(event: Event) -> None:
        raise KeyError("x")

    journal = journal_to(record, faulty, worse)
    journal.emit(EventType.RUN_STARTED)
    journal.emit(EventType.RUN_FINISHED)
    assert [event.seq for event in record] == [1, 2, 3, 4]


def test_an_interrupt_passes_through_and_no_number_is_used_twice() -> None:
    record: list[Event] = []

    def interrupted(event: Event) -> None:
        if event.seq == 1:
            raise Interrupted(15)

    journal = journal_to(record, interrupted)
    with pytest.raises(Interrupted):
        journal.emit(EventType.RUN_STARTED)
    assert journal.emit(EventType.RUN_FINISHED).seq == 2


def test_threads_that_log_at_once_get_numbers_in_the_order_of_the_record() -> None:
    record: list[Event] = []
    journal = journal_to(record)

    def log() -> None:
        for _ in range(500):
            journal.emit(EventType.LOG, message="x")

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=log) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert [event.seq for event in record] == list(range(1, 2001))
