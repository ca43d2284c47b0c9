"""Combines what the processes of `python -m tests.check tests --coverage` measured, and prints the branches missed."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.support.project import REPOSITORY


def is_whole(path: Path) -> bool:
    """Tell a data file that was written to its end; some tests forbid their processes to write that much."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    except sqlite3.DatabaseError:
        return False


def main() -> int:
    """Leave out what is cut off, combine the rest, and report."""
    for path in REPOSITORY.glob(".coverage.*"):
        if not is_whole(path):
            path.unlink()
    for command in (("combine", "--quiet"), ("report",)):
        exit_code = subprocess.run([sys.executable, "-m", "coverage", *command], cwd=REPOSITORY, check=False).returncode
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
