"""Where plugins are tried: a folder that is thrown away, an environment without anybody's secrets, and bounds."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

#: Everything else of the environment is left out: what is tried with made-up values must not reach what is real.
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
_KEPT_PREFIXES = ("COVERAGE_", "PYTHON")


class Limits(Struct, frozen=True, kw_only=True):
    """How long one call may take, and how much memory and disk everything in a process may take."""

    call_seconds: float = 10.0
    memory_megabytes: int = 2048
    file_megabytes: int = 256
    #: How long a step may go on when its time is over, or it was cancelled.
    grace_seconds: float = 5.0


class Sandbox(Struct, frozen=True, kw_only=True):
    """The folder and the environment of one test of a plugin; its plugins.yaml says nothing."""

    folder: Path
    environ: Mapping[str, str]

    @property
    def plugins_file(self) -> Path:
        """What is read in the place of a plugins.yaml that lies where the test was started."""
        return self.folder / "plugins.yaml"


@contextmanager
def sandbox(environ: Mapping[str, str]) -> Iterator[Sandbox]:
    """Make a folder, which is home and holds the state and all temporary files; it is removed in the end."""
    with tempfile.TemporaryDirectory(prefix="aetherflow-plugin-test-", ignore_cleanup_errors=True) as name:
        folder = Path(os.path.realpath(name))
        home = folder / "home"
        home.mkdir()
        kept = {key: value for key, value in environ.items() if key in _KEPT or key.startswith(_KEPT_PREFIXES)}
        place = Sandbox(folder=folder, environ={**kept, "HOME": str(home), "TMPDIR": str(folder), **roots(folder)})
        place.plugins_file.write_text("version: 1\n", encoding="utf-8")
        yield place


def roots(folder: Path) -> dict[str, str]:
    """Give the settings that put state and workspaces below a folder."""
    return {
        "AETHERFLOW_STATE_ROOT": str(folder / ".aetherflow" / "state"),
        "AETHERFLOW_WORK_ROOT": str(folder / ".aetherflow" / "work"),
    }
