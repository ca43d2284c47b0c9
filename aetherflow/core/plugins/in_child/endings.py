"""What is said of a plugin whose import did not come to a good end: it ended the process, hangs, or has changed."""

import signal
from pathlib import Path
from typing import Literal

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import Span

_AT_IMPORT = "let the import define things only: connect, read and wait in the step"


class Ended(Struct, frozen=True):
    """The process tells no more: it ``exited``, what it says is ``lost``, or it is ``late``.

    ``exit_code`` is minus the number of the signal that ended it; ``why`` is what a process said that could not go on.
    """

    how: Literal["exited", "lost", "late"]
    exit_code: int = 0
    why: str = ""


def ending_finding(plugin: str, ended: Ended, seconds: float, place: Span | None) -> Diagnostic:
    """Say what a plugin did to the process that imported it."""
    words, hint = ending_words(ended, seconds)
    if ended.how == "late":
        return Diagnostic(
            code="AF-P508",
            message=f'importing the plugin "{plugin}" {words}',
            hint=_AT_IMPORT,
            span=place,
        )
    return _ends(plugin, words, place, hint)


def ending_words(ended: Ended, seconds: float) -> tuple[str, str | None]:
    """Say what became of a process, as a verb of whatever was at work in it; and what to do, where that is known."""
    if ended.how == "late":
        return f"does not come to an end: it was stopped after {seconds:g} s", None
    if ended.how == "lost":
        why = ended.why or "it has closed its files, replaced its parts or become another program"
        return f"leaves a process that cannot go on: {why}", None
    if ended.exit_code >= 0:
        return f"ends the process, with exit code {ended.exit_code}", None
    return f"crashes the process: {_signal_name(-ended.exit_code)}", _advice_on(-ended.exit_code)


def interrupting(plugin: str, raised: BaseException, place: Span | None) -> Diagnostic:
    """Say that a plugin pretends to be the person at the keyboard."""
    return _ends(plugin, f"raises {type(raised).__name__}, which ends every run", place)


def changed(plugin: str, files: list[str]) -> Diagnostic:
    """Say that a plugin was not imported, because it is not the one that was examined."""
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return Diagnostic(
        code="AF-P509",
        message=f'the plugin "{plugin}" was changed after it was read, and was not imported: "{files[0]}"{more}',
        hint="examine it once more when nobody is writing to it",
    )


def line_place(path: str, line: int) -> Span:
    """Give the place of a whole line, as the file is now."""
    try:
        lines = Path(path).read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    return Span(path, line, len(text) - len(text.lstrip()) + 1, line, max(len(text.rstrip()) + 1, 1))


def _ends(plugin: str, what: str, place: Span | None, hint: str | None = None) -> Diagnostic:
    return Diagnostic(
        code="AF-P507",
        message=f'importing the plugin "{plugin}" {what}',
        hint=hint or "a plugin that cannot load raises an exception: that one is told, and breaks nothing else",
        span=place,
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _advice_on(number: int) -> str | None:
    if number == signal.SIGKILL:
        return "it killed itself, or somebody else did, such as a system that had no memory left"
    if number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE):
        return "code that is not Python crashed: bring the libraries that it imports up to date"
    return None
