"""Runs the command line in processes that are forked from one that has imported it, which takes 20 ms and not 150.

Such a process is as real as any: with a pid, a folder, an environment, streams and an end of its own.
"""

import atexit
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import IO, Any

from tests.support import forking_server

#: The simplest command lines by their first words: what one imports, all import that begin so. The last is for others.
_SIMPLEST = (("run", "flow.yaml"), ("validate", "flow.yaml"), ("dev", "plugin-test", "nowhere"), ("--version",))
_FLOW = "version: 1\nflow: {id: a}\njobs: [{id: a, steps: [{id: a, type: log, inputs: {message: a}}]}]\n"
#: Variables that the interpreter, or the C library below it, reads at its start, and those by which coverage follows.
_READ_AT_THE_START = ("PYTHON", "COVERAGE_", "LANG", "LC_", "LD_", "MALLOC_", "GLIBC_")
_LANG = {"LANG": "C.UTF-8"}
#: What a process hands down to its children, as /proc/self/status names it.
_HANDED_DOWN = ("Umask:", "Uid:", "Gid:", "Groups:", "SigBlk:", "SigIgn:", "CapEff:", "NoNewPrivs:", "Cpus_allowed:")
_one_at_a_time = Lock()


def can_be_forked(env: Mapping[str, str]) -> bool:
    """Tell whether an interpreter that we start now, with these variables, would begin as a fork does."""
    read = {name: value for name, value in env.items() if name.startswith(_READ_AT_THE_START)}
    return read == _LANG and _handed_down() == _AT_FIRST


def run_forked(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdin: str = "",
    timeout_seconds: float,
    stderr_is_stdout: bool = False,
    simplest: Sequence[str] = (),
) -> "subprocess.CompletedProcess[str]":
    """Run a command line, its script first, as `subprocess.run` would with pipes for all its streams.

    What it imports in any case is what the ``simplest`` command line imports, which it does not tell for our own.
    """
    until = time.monotonic() + timeout_seconds
    with ExitStack() as pipes:
        (stdin_reader, writer), *answers = [_pipe(pipes) for _ in range(4)]
        stdout, stderr, asker = [end for _, end in answers]
        streams = [stdin_reader, stdout, stdout if stderr_is_stdout else stderr]
        server = _server(tuple(simplest or simplest_of(argv)))
        pid = server.fork({"argv": list(argv), "cwd": str(cwd), "env": dict(env)}, streams, asker)
        for end in (stdin_reader, stdout, stderr, asker):
            end.close()
        _write(writer, stdin.encode())
        try:
            said, complained, code = _read_to_the_end([reader for reader, _ in answers], until)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(list(argv), timeout_seconds) from None
    return subprocess.CompletedProcess(argv, int(code), _text(said), _text(complained))


def _pipe(pipes: ExitStack) -> tuple[IO[bytes], IO[bytes]]:
    reader, writer = os.pipe()
    return pipes.enter_context(os.fdopen(reader, "rb", 0)), pipes.enter_context(os.fdopen(writer, "wb", 0))


def _write(writer: IO[bytes], written: bytes) -> None:
    os.set_blocking(writer.fileno(), False)
    with suppress(BrokenPipeError):  # it does not read
        if written and writer.write(written) != len(written):
            raise ValueError("this is more than a pipe holds")
    writer.close()


def _read_to_the_end(readers: Sequence[IO[bytes]], until: float) -> list[bytes]:
    """Give what each pipe brings until all of them have ended."""
    said = [b""] * len(readers)
    with selectors.DefaultSelector() as selector:
        for number, reader in enumerate(readers):
            selector.register(reader, selectors.EVENT_READ, number)
        while selector.get_map():
            ready = selector.select(max(0.0, until - time.monotonic()))
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                part = os.read(key.fd, 65536)
                said[key.data] += part
                if not part:
                    selector.unregister(key.fileobj)
    return said


def _text(said: bytes) -> str:
    return said.decode().replace("\r\n", "\n").replace("\r", "\n")  # as the streams of text of `subprocess` give it


def simplest_of(argv: Sequence[str]) -> Sequence[str]:
    """Give the simplest command line that imports nothing which one of ours does not import."""
    script, *words = argv
    return [script, *next((each for each in _SIMPLEST if tuple(words[: len(each) - 1]) == each[:-1]), _SIMPLEST[-1])]


class _Server:
    """A process that forks, as `forking_server` tells."""

    def __init__(self, simplest: Sequence[str]) -> None:
        with tempfile.TemporaryDirectory(prefix="aetherflow-forks-") as folder:
            Path(folder, "flow.yaml").write_text(_FLOW, encoding="utf-8")
            self._process = subprocess.Popen(
                [_interpreter(simplest[0]), forking_server.__file__, *simplest],
                cwd=folder,
                env={"PATH": os.environ.get("PATH", os.defpath), "HOME": folder, **_LANG},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            atexit.register(self._process.communicate)  # at the end of its requests it ends
            self._pid()

    def fork(self, request: dict[str, Any], streams: Sequence[IO[bytes]], asker: IO[bytes]) -> int:
        """Have a child forked that becomes what is requested, with these ends of pipes; gives its pid."""
        *paths, path = [f"/proc/{os.getpid()}/fd/{end.fileno()}" for end in (*streams, asker)]
        assert self._process.stdin
        with _one_at_a_time:
            self._process.stdin.write(forking_server.framed({**request, "streams": paths, "asker": path}))
            self._process.stdin.flush()
            return self._pid()

    def _pid(self) -> int:
        assert self._process.stdout and self._process.stderr
        answer = self._process.stdout.read(forking_server.ANSWER_BYTES)
        if not answer:
            raise RuntimeError(self._process.stderr.read().decode())
        return forking_server.pid_of(answer)


@cache
def _started(simplest: tuple[str, ...]) -> _Server:
    return _Server(simplest)


def _server(simplest: tuple[str, ...]) -> _Server:
    with _one_at_a_time:
        return _started(simplest)


def _interpreter(script: str) -> str:
    """Give the Python that a script names in its first line; if that is a shell, the one that runs the tests."""
    named = Path(script).read_text(encoding="utf-8").partition("\n")[0].removeprefix("#!")
    return named if "python" in Path(named).name else sys.executable


def _handed_down() -> list[str]:
    own = Path("/proc/self")
    status = (own / "status").read_text(encoding="ascii", errors="replace").splitlines()
    return [line for line in status if line.startswith(_HANDED_DOWN)] + [(own / "limits").read_text(encoding="ascii")]


_AT_FIRST = _handed_down()
