"""`python -m aetherflow` and the console script."""

import gc
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.disable()  # a start makes no garbage worth looking for; `run` turns the collector on again
    words = sys.argv[1:]
    # Deferred: `import aetherflow.__main__` must cost nothing, and the version is told without Typer.
    if words == ["--version"]:
        from aetherflow.cli.version_line import print_version

        sys.exit(print_version())
    try:
        from aetherflow.cli.app import run_command_line
    except KeyboardInterrupt:  # everything later is the error boundary's
        sys.exit(130)
    sys.exit(run_command_line(words))


if __name__ == "__main__":
    main()
