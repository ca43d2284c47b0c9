"""What is kept in memory for observers is bounded, whatever they do; turns of threads are given back as found."""

import copy
import json
import pickle
import sys
from enum import StrEnum
from typing import Any

import pytest

from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.events.frozen_events import private_copy
from aetherflow.core.runner.observers.committed_events import CommittedEvents
from aetherflow.core.runner.observers.turns import ShortTurns


def event(seq: int, **payload: Any) -> Event:
    return Event(seq=seq, type=EventType.LOG, timestamp=1.0, flow_id="f", run_id="r", payload=payload)


def kept(committed: CommittedEvents) -> int:
    first = next(start for start in range(committed.count + 1) if committed.newest_from(start, 1) is not None)
    return committed.count - first


def test_of_many_events_only_the_newest_are_kept() -> None:
    committed = CommittedEvents()
    for seq in range(1, 20_001):
        committed.put([event(seq)])
        assert kept(committed) <= 4096 if seq % 1000 == 0 else True
    assert committed.newest_from(0, 10) is None
    newest = committed.newest_from(19_990, 100)
    assert newest is not None
    assert [each.seq for each in newest] == list(range(19_991, 20_001))


@pytest.mark.parametrize("payload", [{"message": "x" * 1_000_000}, {"outputs": {"lines": ["x" * 500_000] * 2}}])
def test_of_large_events_only_a_few_are_kept(payload: dict[str, Any]) -> None:
    committed = CommittedEvents()
    for seq in range(1, 101):
        committed.put([event(seq, **payload)])
    assert kept(committed) <= 5


def test_an_event_that_is_larger_than_all_that_is_kept_is_read_from_the_state() -> None:
    committed = CommittedEvents()
    committed.put([event(1, message="x" * 10_000_000)])
    assert committed.newest_from(0, 1) is None
    assert committed.newest_from(1, 1) == []


class Colour(StrEnum):
    RED = "red"


def test_a_private_copy_is_what_the_state_gives_back() -> None:
    original = event(1, status=Colour.RED, deep={"a": [1, {"b": None}], "t": (1, 2)}, x=0.5)
    copied = private_copy(original)
    assert copied == event(1, status="red", deep={"a": (1, {"b": None}), "t": (1, 2)}, x=0.5)
    assert type(copied.payload["status"]) is str
    original.payload["deep"]["a"].append(2)
    assert copied.payload["deep"]["a"] == (1, {"b": None})
    assert json.loads(json.dumps(copied.payload))["deep"]["a"] == [1, {"b": None}]


def test_who_wants_to_change_a_payload_copies_it() -> None:
    payload = private_copy(event(1, a={"b": 1})).payload
    for changed in (copy.deepcopy(payload), copy.copy(payload), pickle.loads(pickle.dumps(payload)), dict(payload)):
        changed["a"] = 2
        assert changed == {"a": 2}
    assert payload == {"a": {"b": 1}}


def test_turns_are_given_back_as_they_were_found() -> None:
    found = sys.getswitchinterval()
    first, second = ShortTurns(), ShortTurns()
    first.begin()
    second.begin()
    assert sys.getswitchinterval() < found
    first.end()
    second.end()
    assert sys.getswitchinterval() == found


def test_turns_that_were_given_back_are_not_shortened_again() -> None:
    found = sys.getswitchinterval()
    turns = ShortTurns()
    turns.end()
    turns.begin()
    assert sys.getswitchinterval() == found
