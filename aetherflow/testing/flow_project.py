"""A folder with a flow in it, and the real command line: every command is a process of its own."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct

from aetherflow.core.environment.snapshot import RESERVED_PREFIX
from aetherflow.testing.surroundings import environment_in

FLOW, PLUGINS = "flow.yaml", "plugins"

Env = Mapping[str, str] | None

#: How long a command that took too long may take to end what it has started.
_GRACE_SECONDS = 5.0


class CommandResult(Struct, frozen=True):
    """How a command ended, and what it said."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """What stdout holds, read as JSON; fails the test with what was said where it holds none."""
        try:
            return json.loads(self.stdout)
        except ValueError:
            said = f"exit code {self.exit_code}\n{self.stdout}\n{self.stderr}"
            raise AssertionError(f"the command printed no JSON: {said}") from None


class FlowProject:
    """What the fixture `flow_project` gives: ``root`` is the folder, which is empty at first.

    Commands load the plugins of the fixture `plugin_paths`, and those in the folder ``plugins``, where there is one.
    """

    def __init__(self, root: Path, plugin_paths: Sequence[str | Path]) -> None:
        self.root = root
        self._plugin_paths = plugin_paths

    def write(self, path: str | Path, text: str) -> Path:
        """Write a file below the folder, without the indentation that its lines share; gives its path."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return target

    def read(self, path: str | Path) -> str:
        """Read a file below the folder."""
        return (self.root / path).read_text(encoding="utf-8")

    def validate(self, *arguments: str | Path, flow: str | Path = FLOW, env: Env = None) -> CommandResult:
        """Run `aetherflow validate flow.yaml --json`, with more arguments where wanted."""
        return self.cli("validate", flow, "--json", *arguments, env=env)

    def run(self, *arguments: str | Path, flow: str | Path = FLOW, env: Env = None) -> CommandResult:
        """Run `aetherflow run flow.yaml --json`, with more arguments where wanted."""
        return self.cli("run", flow, "--json", *arguments, env=env)

    def cli(
        self, *arguments: str | Path, stdin: str = "", env: Env = None, timeout_seconds: float = 60
    ) -> CommandResult:
        """Run `aetherflow` with these arguments in the folder; ``env`` is laid over its environment.

        A command that takes too long is killed with all that it has started, and fails the test.
        """
        # Not `-m` alone: that would put the folder in front of everything that can be imported.
        command = [sys.executable, "-P", "-m", "aetherflow", *map(str, arguments)]
        with subprocess.Popen(
            command,
            cwd=self.root,
            env=environment_in(self.root, {**self._paths(), **(env or {})}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        ) as process:
            try:
                stdout, stderr = process.communicate(stdin, timeout_seconds)
            except subprocess.TimeoutExpired:
                words = " ".join(map(str, arguments))
                raise AssertionError(f"`aetherflow {words}` took longer than {timeout_seconds:g} s") from None
            finally:
                _end(process)
        return CommandResult(process.returncode, stdout, stderr)

    def _paths(self) -> dict[str, str]:
        own = [self.root / PLUGINS] if (self.root / PLUGINS).exists() else []
        paths = [str(Path(path).absolute()) for path in (*self._plugin_paths, *own)]
        return {f"{RESERVED_PREFIX}PLUGIN_PATHS": ",".join(paths)} if paths else {}


def _end(process: "subprocess.Popen[str]") -> None:
    """End a command that still runs: it is asked first, since it knows which processes it has started itself."""
    if process.poll() is not None:
        return
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
