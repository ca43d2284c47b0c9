"""A shell in which the guide's commands are typed; its `/tmp/plugins` is a folder of the test's own."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.project import COMMAND, Outcome, Project


class Shell:
    """Runs commands one after another, as one session, in the folder of a project."""

    def __init__(
        self, root: Path, commands_of: Path = Path(COMMAND).parent, env: Mapping[str, str] | None = None
    ) -> None:
        self.project = Project(root / "project-root", env)
        self.project.root.mkdir(exist_ok=True)
        self.plugins = root / "plugins"
        path = [str(commands_of), str(Path(COMMAND).parent), self.project.env["PATH"]]
        self.project.env["PATH"] = os.pathsep.join(path)

    def write(self, path: str, text: str) -> Path:
        """Write a file of the project, or of `/tmp/plugins`."""
        return self.project.write(self._here(path), text)

    def run(self, *commands: str) -> Outcome:
        """Run the commands, and stop at the first that fails."""
        completed = subprocess.run(
            ["bash", "-eu", "-c", self._here("\n".join(commands))],
            cwd=self.project.root,
            env=self.project.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Outcome(completed.returncode, completed.stdout, completed.stderr)

    def _here(self, text: str) -> str:
        return re.sub(r"(?<![\w/])/tmp/plugins\b", str(self.plugins), text)
