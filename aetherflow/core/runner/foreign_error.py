"""Words for what foreign code raised."""

import traceback

from aetherflow.core.contracts.registry import Contribution


class WorkerTraceback(Exception):
    """The cause of an exception that was raised in a worker process: where that was, in its own words."""


def described_in_full(error: BaseException, contribution: Contribution) -> str:
    """Say it with the traceback of the worker process, where it comes from one."""
    text = described(error, contribution)
    return f"{text}\n{error.__cause__}".rstrip() if isinstance(error.__cause__, WorkerTraceback) else text


def described(error: BaseException, contribution: Contribution) -> str:
    """Say what foreign code raised, and at which of its own lines."""
    file, line = place_of_error(error, contribution)
    return f"{words_of(error)} ({file}:{line})"


def words_of(error: BaseException) -> str:
    """Say what was raised: its type, and its message where it has one."""
    text = _text_of(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def place_of_error(error: BaseException, contribution: Contribution) -> tuple[str, int]:
    """Give the innermost line of the contribution's own file that led to an error; else where it is defined."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == contribution.file]
    return (own[-1].filename, own[-1].lineno or 1) if own else (contribution.file, contribution.line)


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001  # foreign code: even its words may fail
        return "its message cannot be read"
