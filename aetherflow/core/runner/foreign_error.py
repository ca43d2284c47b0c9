"""Words for what foreign code raised. Nothing that the code makes of its exceptions gets out of here, or in the way."""

import traceback

from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.runner.foreign_text import readable

#: Read as the base classes have them: a class of a plugin's own may answer anything for these names.
_NAME = type.__dict__["__name__"].__get__
_CAUSE = BaseException.__dict__["__cause__"].__get__
_TRACEBACK = BaseException.__dict__["__traceback__"].__get__


class WorkerTraceback(Exception):
    """The cause of an exception that was raised in a worker process: where that was, in its own words."""


def described_in_full(error: BaseException, contribution: Contribution) -> str:
    """Say it with the traceback of the worker process, where it comes from one."""
    text, cause = described(error, contribution), _CAUSE(error)
    return f"{text}\n{cause}".rstrip() if isinstance(cause, WorkerTraceback) else text


def described(error: BaseException, contribution: Contribution) -> str:
    """Say what foreign code raised, and at which of its own lines."""
    file, line = place_of_error(error, contribution)
    return f"{words_of(error)} ({file}:{line})"


def words_of(error: BaseException) -> str:
    """Say what was raised: its type, and its message where it has one."""
    name, text = readable(_NAME(type(error))), readable(error)
    return f"{name}: {text}" if text else name


def place_of_error(error: BaseException, contribution: Contribution) -> tuple[str, int]:
    """Give the innermost line of the contribution's own file that led to an error; else where it is defined."""
    lines = [
        line for frame, line in traceback.walk_tb(_TRACEBACK(error)) if frame.f_code.co_filename == contribution.file
    ]
    return contribution.file, (lines[-1] if lines else contribution.line)
