"""The program git: found on PATH, run to its end in a process group of its own, within the time that is left."""

import os
import re
import shutil
from collections.abc import Callable, Mapping
from math import ceil
from pathlib import Path

from msgspec import Struct

from aetherflow.core.bundles.deadline import Deadline, TimeIsUp
from aetherflow.core.bundles.file_tree.faults import SourceFault
from aetherflow.core.bundles.git.environment import OURS
from aetherflow.core.contracts.process import ProcessRequest, ProcessResult, StreamMode
from aetherflow.core.processes.child import ProcessStartError, run_child
from aetherflow.core.processes.interrupts import interruptible

Take = Callable[[bytes], None]
Watch = Callable[[], None]

_GRACE_SECONDS = 2.0
_MOST_BYTES_SAID = 1024 * 1024
_USERINFO = re.compile(r"(?<=://)[^/@\s'\"]+@")


class GitResult(Struct, frozen=True):
    """How git ended: ``said`` are the last lines on its stderr, without credentials."""

    exit_code: int
    said: tuple[str, ...]


class Git:
    """Runs git. What is done with one repository shares an environment and a deadline."""

    def __init__(
        self, environ: Mapping[str, str], deadline: Deadline, seconds: float, secrets: tuple[str, ...]
    ) -> None:
        self._program = _git_on(environ.get("PATH", os.defpath))
        self._environ = dict(environ)
        self._deadline = deadline
        self._seconds = seconds
        self._secrets = secrets

    def with_variables(self, variables: Mapping[str, str]) -> "Git":
        """Give the same git with more variables in its environment."""
        return Git(self._environ | dict(variables), self._deadline, self._seconds, self._secrets)

    def check_time(self) -> None:
        """Raise TimeIsUp if the time is over: for what is done between two runs."""
        self._deadline.check()

    def run(
        self,
        *arguments: str,
        git_dir: Path | None = None,
        take: Take | None = None,
        watch: Watch | None = None,
        stdin: str | None = None,
    ) -> GitResult:
        """Run git; ``take`` gets what it writes. Raises TimeIsUp, and whatever ``take`` and ``watch`` raise."""
        left = self._deadline.remaining_seconds()
        request = ProcessRequest(
            argv=(self._program, *self._options(), *arguments),
            cwd=Path("/"),
            env=self._environ | ({"GIT_DIR": str(git_dir)} if git_dir else {}),
            stdin=stdin,
            stdout=StreamMode.DISCARD,
            stderr=StreamMode.CAPTURE,
            max_capture_bytes=_MOST_BYTES_SAID,
            timeout_seconds=left,
            kill_grace_seconds=_GRACE_SECONDS,
        )
        result = self._run(request, take, watch)
        if result.timed_out:
            raise TimeIsUp(self._seconds)
        return GitResult(result.exit_code, tuple(self._without_secrets(result.tail).splitlines()))

    def _options(self) -> list[str]:
        settings = (*OURS, f"http.lowSpeedTime={ceil(self._seconds)}")  # should nobody be left who ends it
        return [option for setting in settings for option in ("-c", setting)]

    def _run(self, request: ProcessRequest, take: Take | None, watch: Watch | None) -> ProcessResult:
        try:
            return interruptible(
                lambda gate: run_child(request, forward=_say_nothing, mask=str, gate=gate, take=take, watch=watch)
            )
        except ProcessStartError as error:
            raise SourceFault("AF-B170", f"git cannot be started: {error.message}", error.hint) from None

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _USERINFO.sub("", text)


def _git_on(search_path: str) -> str:
    found = shutil.which("git", path=search_path)
    if found is None:
        raise SourceFault(
            "AF-B170",
            'the program "git" is not installed, or not on PATH',
            "install it (`apt-get install git`, `dnf install git`, `brew install git`), or fetch an archive instead",
            [f"PATH is {search_path}"],
        )
    return str(Path(found).absolute())


def _say_nothing(line: str) -> None:
    """Drop a line: git's output is taken, never shown as it comes."""
