"""Words for what foreign code raised."""

import traceback

from aetherflow.core.contracts.registry import Contribution


def described(error: BaseException, contribution: Contribution) -> str:
    """Say what foreign code raised, and at which of its own lines."""
    words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == contribution.file]
    file, line = (own[-1].filename, own[-1].lineno) if own else (contribution.file, contribution.line)
    return f"{words} ({file}:{line})"
