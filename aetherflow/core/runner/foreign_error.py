"""Words for what foreign code raised."""

import traceback

from aetherflow.core.contracts.registry import Contribution


def described(error: BaseException, contribution: Contribution) -> str:
    """Say what foreign code raised, and at which of its own lines."""
    text = _text_of(error)
    words = f"{type(error).__name__}: {text}" if text else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == contribution.file]
    file, line = (own[-1].filename, own[-1].lineno) if own else (contribution.file, contribution.line)
    return f"{words} ({file}:{line})"


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001  # foreign code: even its words may fail
        return "its message cannot be read"
