"""Every check of the project, one after another, with its time: `python -m tests.check [NAME …]`."""

import os
import subprocess
import sys
import time
from pathlib import Path

from msgspec import Struct

REPOSITORY = Path(__file__).resolve().parents[1]
TOOLS = Path(sys.executable).parent


class Check(Struct, frozen=True):
    """A named command that exits with 0 when all is well."""

    name: str
    command: tuple[str, ...]


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    """Give the command of a tool that is installed beside this Python."""
    return (str(TOOLS / name), *arguments)


CHECKS = (
    Check("lint", tool("ruff", "check", ".")),
    Check("format", tool("ruff", "format", "--check", ".")),
    Check("types", tool("mypy")),
    Check("layers", tool("lint-imports", "--no-logo")),
    Check("spelling", tool("codespell")),
    Check("dependencies", tool("deptry", ".")),
    Check("generated", (sys.executable, "-m", "tests.support.generate", "--check")),
    # Each worker begins with whole modules: what a module shares is made once. Who is done takes from the others.
    Check("tests", (sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal")),
)


def run_check(check: Check) -> int:
    """Run one check, print its name, its output and its time, and give its exit code."""
    print(f"==> {check.name}: {' '.join(Path(part).name if part.startswith('/') else part for part in check.command)}")
    sys.stdout.flush()
    start = time.monotonic()
    exit_code = exit_code_of(check.command)
    verdict = "ok" if exit_code == 0 else f"FAILED ({exit_code})"
    print(f"<== {check.name}: {verdict}, {time.monotonic() - start:.1f} s", flush=True)
    return exit_code


def exit_code_of(command: tuple[str, ...]) -> int:
    """Run a command and give its exit code, 127 where it is not installed, as a shell would."""
    try:
        return subprocess.run(command, cwd=REPOSITORY, stdin=subprocess.DEVNULL, check=False).returncode
    except FileNotFoundError:
        print(f"{command[0]} is not there: pip install -e '.[dev]'")
        return 127


def with_coverage(check: Check) -> Check:
    """Measure branches of the tests, in the worker processes and the commands that they start too."""
    if check.name != "tests":
        return check
    return Check(check.name, (sys.executable, "-m", "coverage", "run", *check.command[1:]))


def main(arguments: list[str]) -> int:
    """Run the named checks, or all; give the first exit code that is not 0, having run every one."""
    names = [name for name in arguments if name != "--coverage"]
    unknown = set(names) - {check.name for check in CHECKS}
    if unknown:
        print(f"no such check: {', '.join(sorted(unknown))}; there are: {', '.join(c.name for c in CHECKS)}")
        return 2
    chosen = [check for check in CHECKS if not names or check.name in names]
    if "--coverage" in arguments:
        chosen = [with_coverage(check) for check in chosen]
    exit_codes = [run_check(check) for check in chosen]
    return next((code for code in exit_codes if code), 0)


if __name__ == "__main__":
    os.environ.pop("PYTHONPATH", None)  # what is checked is what is installed here
    sys.exit(main(sys.argv[1:]))
