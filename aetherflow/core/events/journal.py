"""The journal of a run: numbers what happens, masks it, and hands it on to the record and to whoever listens."""

from collections.abc import Callable, Sequence
from threading import RLock
from typing import Any

from aetherflow.core.contracts.event import Event, EventType

Listener = Callable[[Event], None]


class Journal:
    """The one place where events are made.

    ``clock`` gives UTC seconds, ``mask`` replaces secrets in a JSON value, ``record`` keeps the event for the next
    commit. A listener that raises is switched off, which a warning in the journal says. Steps may log from threads of
    their own: events are numbered and recorded in one order.
    """

    def __init__(
        self,
        *,
        flow_id: str,
        run_id: str,
        next_seq: int,
        clock: Callable[[], float],
        mask: Callable[[Any], Any],
        record: Listener,
        listeners: Sequence[Listener] = (),
    ) -> None:
        self._flow_id = flow_id
        self._run_id = run_id
        self._next_seq = next_seq
        self._clock = clock
        self._mask = mask
        self._record = record
        self._listeners = tuple(listeners)
        self._lock = RLock()  # re-entrant: a listener that fails makes an event while one is being handed on

    def emit(
        self,
        type: EventType,  # noqa: A002 - the field's own name; positional only, so that a payload may have a "type" too
        /,
        *,
        job_id: str | None = None,
        item: int | None = None,
        step_id: str | None = None,
        attempt: int | None = None,
        **payload: Any,
    ) -> Event:
        """Make the next event of the run and hand it on; the payload is JSON, and masked here."""
        with self._lock:
            seq = self._next_seq
            self._next_seq += 1  # before anything can fail: a gap in the numbers is harmless, a number twice is not
            event = Event(
                seq=seq,
                type=type,
                timestamp=self._clock(),
                flow_id=self._flow_id,
                run_id=self._run_id,
                job_id=job_id,
                item=item,
                step_id=step_id,
                attempt=attempt,
                payload=self._mask(payload) if payload else payload,
            )
            self._record(event)
            self._hand_on(event)
        return event

    def show(self, line: str, *, stream: str = "child", **place: Any) -> None:
        """Hand a line of output, masked already, to whoever listens; it is not recorded, and has no number.

        A child may print millions of lines, and can be given a file of its own for them. ``stream`` says who has
        printed it: a child, or a plugin in this process. ``place`` is as in ``emit``.
        """
        with self._lock:
            self._hand_on(
                Event(
                    seq=0,
                    type=EventType.LOG,
                    timestamp=self._clock(),
                    flow_id=self._flow_id,
                    run_id=self._run_id,
                    payload={"level": "info", "message": line, "stream": stream},
                    **place,
                )
            )

    def _hand_on(self, event: Event) -> None:
        failures = [failure for listener in self._listeners if (failure := _failure(listener, event))]
        if failures:
            faulty = [listener for listener, _ in failures]
            self._listeners = tuple(listener for listener in self._listeners if listener not in faulty)
        for _, message in failures:
            # Only now, so that those who go on listening get this event before the warning about it.
            self.emit(EventType.LOG, level="warning", message=message)


def _failure(listener: Listener, event: Event) -> tuple[Listener, str] | None:
    """Hand an event to a listener; where that raises, give the listener and what to say of it."""
    try:
        listener(event)
    except Exception as error:  # noqa: BLE001 - a listener is foreign code: it can neither stop nor change a run
        name = getattr(listener, "__qualname__", listener.__class__.__qualname__)
        return listener, f'the listener "{name}" was switched off: it raised {error.__class__.__name__}: {error}'
    return None
