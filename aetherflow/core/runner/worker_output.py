"""What workers print: all of a run write into one pipe, shown line by line as output of the step they serve."""

import os
import threading
import time
from typing import TYPE_CHECKING

from aetherflow.core.processes.streams import Stream

if TYPE_CHECKING:  # 20 ms, and few runs have workers
    from multiprocessing.connection import Connection

_PIECE_BYTES = 64 * 1024
#: A process that workers have left behind may print for ever: so long a step waits for its last lines.
_LAST_LINES_SECONDS = 1.0


class WorkerOutput:
    """Reads the pipe on a thread of its own; ``writer`` is the end for the workers."""

    def __init__(self) -> None:
        from multiprocessing import Pipe  # deferred, as above

        self.writer: Connection
        self._reader, self.writer = Pipe(duplex=False)
        self._stream = Stream()
        self._lock = threading.Lock()
        threading.Thread(target=self._read, name="aetherflow-worker-output", daemon=True).start()

    def show_by(self, stream: Stream) -> None:
        """Give what is printed from now on to this stream, which is the running step's."""
        with self._lock:
            self._stream = stream

    def show_all(self) -> None:
        """Show what was printed until now, a last line without an end too."""
        until = time.monotonic() + _LAST_LINES_SECONDS
        with self._lock:
            while self._reader.poll() and self._has_taken() and time.monotonic() < until:
                continue
            self._stream.close()

    def close(self) -> None:
        """Let the thread end, as soon as no process is left that could print."""
        self.writer.close()

    def _read(self) -> None:
        is_open = True
        while is_open and self._reader.poll(None):
            with self._lock:
                if self._reader.poll():  # else the end of the step has read it in the meantime
                    is_open = self._has_taken()
        self._reader.close()

    def _has_taken(self) -> bool:
        """Take what is there; tell whether more may come."""
        data = os.read(self._reader.fileno(), _PIECE_BYTES)
        self._stream.take(data)
        return bool(data)
