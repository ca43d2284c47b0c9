"""Puts into words why a program could not be started: the errno alone hides which of five files is missing."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from aetherflow.core.contracts.errors import system_reason
from aetherflow.core.contracts.process import ProcessRequest

_SHEBANG_BYTES = 256

Explanation = tuple[str, str | None]  # what is wrong, what to do


class ProcessStartError(Exception):
    """A program could not be started; the message says why, the hint what to do."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def explain_start_failure(request: ProcessRequest, error: Exception) -> Explanation:
    """Find the reason behind what the system said, by looking at the files that it may have meant."""
    if not request.argv or not request.argv[0]:
        return "the command is empty", "name a program"
    if not isinstance(error, OSError):
        return _unfit_text(request, error)
    return (
        _about_sizes(request, error)
        or _about_cwd(request.cwd)
        or _about_program(request, error)
        or (f'program "{request.argv[0]}" could not be started: {system_reason(error)}', None)
    )


def _unfit_text(request: ProcessRequest, error: Exception) -> Explanation:
    for name in request.env:
        if not name or "=" in name:
            return f'"{name}" is no name for an environment variable', 'names are not empty and hold no "="'
    texts = [*request.argv, os.fspath(request.cwd), *request.env.values(), *request.env]
    if any("\0" in text for text in texts):
        return "the command, its directory or its environment holds a NUL character", "a program cannot be given one"
    return f'program "{request.argv[0]}" could not be started: {error}', None


def _about_sizes(request: ProcessRequest, error: OSError) -> Explanation | None:
    if error.errno == errno.E2BIG:
        size = sum(len(os.fsencode(text)) for text in (*request.argv, *request.env, *request.env.values()))
        what = f"the arguments and the environment are too long for the system ({size} bytes)"
        return what, "hand large values over by stdin or in a file"
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return "too many files are open to start another process", "raise the limit (`ulimit -n`)"
    if error.errno in (errno.EAGAIN, errno.ENOMEM):
        return f"the system gives no further process: {system_reason(error)}", "look at memory and at `ulimit -u`"
    return None


def _about_cwd(cwd: Path) -> Explanation | None:
    if not _holds(cwd.exists):
        return f'the working directory "{cwd}" does not exist', "create it in an earlier step, or change `cwd`"
    if not _holds(cwd.is_dir):
        return f'the working directory "{cwd}" is not a directory', None
    if not os.access(cwd, os.X_OK):
        return f'the working directory "{cwd}" may not be entered', "look at its permissions"
    return None


def _about_program(request: ProcessRequest, error: OSError) -> Explanation | None:
    name = request.argv[0]
    found = next((path for path in _candidates(request) if _holds(path.exists)), None)
    if found is None:
        return _not_found(request, error)
    if _holds(found.is_dir):
        return f'"{name}" is a directory, not a program', None
    if not os.access(found, os.X_OK):
        return f'"{name}" is not executable', f"`chmod +x {found}`, or name its interpreter in front of it"
    if error.errno == errno.ENOENT:
        return _interpreter_missing(name, found)
    if error.errno == errno.ENOEXEC:
        hint = 'begin a script with "#!" and its interpreter, or name the interpreter in front of it'
        return f'"{name}" is no program that this system can run', hint
    return None


def _candidates(request: ProcessRequest) -> Iterator[Path]:
    """Give where the system looked: a name without a slash on PATH, any other beside the working directory."""
    name = request.argv[0]
    for folder in [""] if "/" in name else _search_path(request).split(os.pathsep):
        yield request.cwd / folder / name


def _search_path(request: ProcessRequest) -> str:
    return request.env.get("PATH", os.defpath)


def _not_found(request: ProcessRequest, error: OSError) -> Explanation:
    name = request.argv[0]
    if " " in name:
        hint = "this is one word with spaces in it: give the program and its arguments as items of their own"
        return f'program "{name}" was not found', hint
    if "/" not in name:
        hint = f"PATH was searched: {_search_path(request)}; install it, or give its full path"
        return f'program "{name}" was not found', hint
    if error.errno == errno.EACCES:
        return f'program "{name}" may not be reached', "look at the permissions of the folders above it"
    relative = not name.startswith("/")
    return f'program "{name}" does not exist', f'it was looked for in "{request.cwd}"' if relative else None


def _interpreter_missing(name: str, script: Path) -> Explanation:
    interpreter = _shebang(script)
    if interpreter is None:
        return f'"{name}" cannot be run: the loader it was built for is missing', "was it built for another system?"
    if interpreter.endswith("\r"):
        hint = "the script has Windows line ends: save it with Unix ones"
        return f'the interpreter "{interpreter.rstrip()}" of the script "{name}" does not exist', hint
    hint = 'correct its first line ("#!…"), or name the interpreter in front of the script'
    return f'the interpreter "{interpreter}" of the script "{name}" does not exist', hint


def _shebang(script: Path) -> str | None:
    try:
        with script.open("rb") as file:
            first = file.read(_SHEBANG_BYTES).split(b"\n")[0]
    except OSError:
        return None  # executable but not readable: nothing more can be said
    if not first.startswith(b"#!"):
        return None
    line = first[2:].strip(b" \t").decode("utf-8", "replace")
    return line.split(" ")[0]


def _holds(question: Callable[[], bool]) -> bool:
    """Ask something about a path; what we are not allowed to know does not hold."""
    try:
        return question()
    except OSError:
        return False
