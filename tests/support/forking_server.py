"""A program that has imported what a command line imports, and forks children that become such command lines.

It imports nothing itself that those have not imported by then, so that a child finds no module but its own. Only /proc
tells the two apart, where it has the words and the variables that this program was started with.
"""

import io
import marshal
import os
import select
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # at run time this would be one module more
    from typing import Any

_REQUESTS, _PIDS = 0, 1
ANSWER_BYTES = 4  # and so many before each request, which tell its length
#: What is imported as the flow wants it, and when all is over.
_NOT_OF_ALL = ("aetherflow.core.builtins", "atexit")


def main() -> None:
    """Import what a script imports with the words behind it, say so by the pid 0, and serve until stdin ends."""
    _imported_by(sys.argv[1:])  # which leaves behind what spares others work
    for name in _imported_by(sys.argv[1:]):
        if not name.startswith(_NOT_OF_ALL):
            _import(name)
    _spare_from_collection()
    os.write(_PIDS, _in_bytes(0))
    request = _next_in_child()
    if request is not None:
        _become(**request)


def framed(request: "dict[str, Any]") -> bytes:
    """Give what is written to this program, for a child with this ``argv``, ``cwd``, ``env`` and ``streams``.

    The streams are paths; ``asker`` is another, to which the child's exit code is written when it has ended.
    """
    message = marshal.dumps(request)
    return _in_bytes(len(message)) + message


def pid_of(answer: bytes) -> int:
    """Read what this program answers to a request."""
    return int.from_bytes(answer, "big")


def _in_bytes(number: int) -> bytes:
    return number.to_bytes(ANSWER_BYTES, "big")


def _imported_by(argv: list[str]) -> list[str]:
    """Run a command line to its end, and give the modules that it has imported, in their order."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writer, 3)
        try:  # noqa: SIM105  # contextlib would be one module more
            _become(argv, ".", dict(os.environ), _opened([os.devnull] * 3), first_closed=4)
        except SystemExit:
            pass
        os.write(3, marshal.dumps([name for name in sys.modules if name != "__main__"]))  # a pipe holds it
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        names: list[str] = marshal.loads(answer.read())
    os.waitpid(child, 0)
    return names


def _import(name: str) -> None:
    try:
        __import__(name)
    except ImportError:  # it has no file: another module has put it there
        return


def _spare_from_collection() -> None:
    """Keep the collector away from what is there now: a child would get a copy of all that it looks at."""
    import gc  # deferred: all that a command line imports comes in the command line's order

    gc.collect()
    gc.freeze()


def _next_in_child() -> "dict[str, Any] | None":
    """Fork a child for each request and give the request there; here, give None when there are no more."""
    poll = select.poll()
    poll.register(_REQUESTS, select.POLLIN)
    running: dict[int, tuple[int, int]] = {}  # what tells of a child's end: its pid, and where that is told
    while True:
        for ready, _ in poll.poll():
            if ready in running:
                poll.unregister(ready)
                _tell_end(ready, *running.pop(ready))
                continue
            request = _next_request()
            if request is None:
                return None
            asker, request["streams"] = os.open(request.pop("asker"), os.O_WRONLY), _opened(request["streams"])
            child = os.fork()
            if child == 0:
                return request
            for stream in request["streams"]:
                os.close(stream)
            end = os.pidfd_open(child)
            poll.register(end, select.POLLIN)
            running[end] = child, asker
            os.write(_PIDS, _in_bytes(child))


def _next_request() -> "dict[str, Any] | None":
    length = os.read(_REQUESTS, ANSWER_BYTES)
    if not length:
        return None
    message, left = b"", int.from_bytes(length, "big")
    while len(message) < left:
        message += os.read(_REQUESTS, left - len(message))
    request: dict[str, Any] = marshal.loads(message)
    return request


def _opened(streams: list[str]) -> list[int]:
    return [os.open(path, os.O_WRONLY if number else os.O_RDONLY) for number, path in enumerate(streams)]


def _tell_end(end: int, child: int, asker: int) -> None:
    os.close(end)
    _, status = os.waitpid(child, 0)
    try:  # noqa: SIM105  # as above
        os.write(asker, str(os.waitstatus_to_exitcode(status)).encode())
    except BrokenPipeError:  # nobody waits for it any more
        pass
    os.close(asker)


def _become(argv: list[str], cwd: str, env: dict[str, str], streams: list[int], first_closed: int = 3) -> None:
    """Be the command line: with its words, folder, variables and streams, and with nothing else open."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.closerange(first_closed, os.sysconf("SC_OPEN_MAX"))
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    sys.path[0] = os.path.dirname(os.path.abspath(argv[0]))  # noqa: PTH100, PTH120  # pathlib would be a module more
    if "threading" in sys.modules:
        sys.modules["threading"].main_thread()._set_native_id()  # Python 3.11 has it from the parent
    sys.argv, sys.orig_argv = argv, [sys.executable, *argv]
    script = sys.modules["__main__"] = type(sys)("__main__")
    script.__file__ = argv[0]
    with io.open_code(argv[0]) as file:
        code = compile(file.read(), argv[0], "exec")
    exec(code, script.__dict__)


if __name__ == "__main__":
    main()
