"""Where an observer writes: a path that may hold the ids of the flow and of the run."""

import os
from contextlib import suppress
from pathlib import Path

from aetherflow.core.api import Event
from aetherflow.core.builtins.observers.configuration import WrongConfig

#: What the key `path` of an observer takes, in words.
PATH_WORDS = "the path of a file, relative to the current directory; {flow_id} and {run_id} in it are replaced"


class OutputPath:
    """A path as it is written in the config; raises WrongConfig where it names no file.

    It is relative to the directory in which the process is now, wherever that goes later.
    """

    def __init__(self, written: str) -> None:
        named = written.replace("{flow_id}", "").replace("{run_id}", "")
        if not written or written.endswith("/") or any(sign in named for sign in "{}\0"):
            raise WrongConfig("path", f"must be {PATH_WORDS}")
        self._written = written
        self._folder = Path.cwd()

    def of_run(self, event: Event) -> Path:
        """Give the file for the run that an event is of; the folders above it are made."""
        named = self._written.replace("{flow_id}", event.flow_id).replace("{run_id}", event.run_id)
        path = self._folder / named
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def replace_file(path: Path, data: bytes) -> None:
    """Put a file in the place of another in one step: whoever reads it finds the old one or the new one, whole."""
    temporary = path.with_name(f".{path.name}.{os.urandom(8).hex()}.tmp")
    try:
        with temporary.open("xb") as file:  # new: others may have put a link into a folder that they may write to
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:  # an interrupt too leaves no half file beside the old one
        with suppress(OSError):
            temporary.unlink()
        raise
