"""What plugins print in this process: shown line by line and masked, as output of the step or hook that is called.

What is written below Python, to the descriptors, does not pass here.
"""

import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from threading import RLock, get_ident
from typing import Any, Protocol, TextIO

from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.events.segments import harmless
from aetherflow.core.processes.lines import Mask
from aetherflow.core.processes.streams import ForwardedStream

#: What is printed before the run has begun is kept so far.
MOST_HELD_BYTES = 1024 * 1024
_LEFT_OUT = b"\n(more was printed before the run began, and is left out)\n"


class Show(Protocol):
    """Shows a line, masked already, with its place in the run: `Journal.show`."""

    def __call__(self, line: str, *, stream: str = ..., **place: Any) -> None: ...


class OpenLines:
    """The lines that are being printed at one place, by thread and stream: two of them never mix in one line."""

    def __init__(self, place: Mapping[str, Any]) -> None:
        self.place = place
        self.is_over = False
        self._streams: dict[tuple[int, object], ForwardedStream] = {}

    def take(self, sink: object, data: bytes, forward: Callable[[str], None], mask: Mask) -> None:
        """Forward the lines that are complete."""
        key = get_ident(), sink
        stream = self._streams.get(key)
        if stream is None:
            stream = self._streams[key] = ForwardedStream(forward, mask)
        stream.take(data)

    def end(self) -> None:
        """Forward what has no line end; from now on, nothing is printed here."""
        self.is_over = True
        while self._streams:
            self._streams.popitem()[1].close()


_printing: ContextVar[OpenLines | None] = ContextVar("printing", default=None)


@contextmanager
def printing_at(place: Mapping[str, Any]) -> Iterator[None]:
    """Say where in the run the code of the block prints; a flow that a step runs prints where the step does."""
    if _printing.get() is not None:
        yield
        return
    lines = OpenLines(place)
    before = _printing.set(lines)
    try:
        yield
    finally:
        _printing.reset(before)
        lines.end()


class PrintedLines:
    """Takes what is printed to ``sys.stdout`` and ``sys.stderr``: holds it until there is a run to show it in.

    Without a run it is written to the streams themselves, masked: ``mask`` is to be set as soon as one is known.
    """

    def __init__(self) -> None:
        self.mask: Mask | None = None
        self._show: Show | None = None
        self._elsewhere = OpenLines({})
        self._held: list[tuple[_Sink, bytes]] = []
        self._room = MOST_HELD_BYTES
        self._holds = True
        self._lock = RLock()
        self._busy = set[int]()
        self._process = os.getpid()

    def show_by(self, show: Show) -> None:
        """Show what was held, and from now on each line as it is printed."""
        self._show = show
        for sink, data in self._let_go():
            self.take(sink, data)

    def end(self) -> None:
        """Show unfinished lines: the run is over. What is printed from now on goes to the streams themselves."""
        self._elsewhere.end()
        self._show = None

    def give_up(self) -> None:
        """Write what is still held to the streams themselves: no run has begun."""
        for sink, data in self._let_go():
            self._write_through(sink, data)

    def take(self, sink: "_Sink", data: bytes) -> None:
        """Take what is printed; what showing a line prints itself, or a forked process, is written through."""
        if get_ident() in self._busy or os.getpid() != self._process:
            self._write_through(sink, data)
        elif not self._has_held(sink, data):
            with self._showing():
                self._take_now(sink, data)

    def _take_now(self, sink: "_Sink", data: bytes) -> None:
        lines = _printing.get()
        if lines is None or lines.is_over:
            lines = self._elsewhere
        if self._show is None or self.mask is None:
            self._write_through(sink, data)
        else:
            lines.take(sink, data, lambda line: self._forward(line, **lines.place), self.mask)

    def _forward(self, line: str, **place: Any) -> None:
        if self._show is not None and self.mask is not None:
            with self._showing():
                self._show(self.mask(harmless(line)), stream="plugin", **place)

    @contextmanager
    def _showing(self) -> Iterator[None]:
        """Keep in mind that the thread shows what was printed: what is printed on it meanwhile is not shown in turn."""
        thread = get_ident()
        is_outer = thread not in self._busy
        try:
            self._busy.add(thread)
            yield
        finally:
            if is_outer:
                self._busy.discard(thread)

    def _has_held(self, sink: "_Sink", data: bytes) -> bool:
        if not self._holds:
            return False
        with self._lock:
            if self._holds:
                if len(data) <= self._room:
                    self._held.append((sink, data))
                elif self._room:
                    self._held.append((sink, _LEFT_OUT))
                self._room = max(0, self._room - len(data))
            return self._holds

    def _let_go(self) -> "list[tuple[_Sink, bytes]]":
        with self._lock:
            held, self._held, self._holds = self._held, [], False
        return held

    def _write_through(self, sink: "_Sink", data: bytes) -> None:
        if self.mask is None or sink.original is None:  # what cannot be masked is not written
            return
        with suppress(OSError, ValueError):  # it is full, gone or closed
            sink.original.write(self.mask(harmless(data.decode("utf-8", "replace"))))


@contextmanager
def shown_prints() -> Iterator[PrintedLines]:
    """Take what is printed in the block; where no run shows it, it is written when the block ends, masked."""
    printed, before = PrintedLines(), (sys.stdout, sys.stderr)
    sys.stdout, sys.stderr = (_text_stream(printed, stream) for stream in before)
    try:
        yield printed
    except AetherFlowError as error:
        printed.mask = printed.mask or error.mask
        raise
    finally:
        sys.stdout, sys.stderr = before
        printed.give_up()


class _Sink(io.BufferedIOBase):
    """The bytes below a stream that plugins print to; its descriptor is that of the original, for their children."""

    def __init__(self, lines: PrintedLines, original: TextIO | None) -> None:
        self.original = original
        self._lines = lines

    @property
    def name(self) -> str:
        """What the original is called."""
        return str(getattr(self.original, "name", "<closed>"))

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Take bytes; text that is no UTF-8 is shown with replacement characters."""
        taken = memoryview(data).tobytes()
        self._lines.take(self, taken)
        return len(taken)

    def flush(self) -> None:
        """Flush the original; an unfinished line waits for its end."""
        if self.original is not None:
            with suppress(OSError, ValueError):  # it is full, gone or closed
                self.original.flush()

    def fileno(self) -> int:
        """Give the original's descriptor."""
        return super().fileno() if self.original is None else self.original.fileno()


def _text_stream(lines: PrintedLines, original: TextIO | None) -> TextIO:
    return io.TextIOWrapper(_Sink(lines, original), encoding="utf-8", errors="backslashreplace", write_through=True)
