"""`python -m aetherflow` and the console script."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from aetherflow.cli.app import run_command_line  # deferred: `import aetherflow.__main__` must cost nothing

    sys.exit(run_command_line(sys.argv[1:]))


if __name__ == "__main__":
    main()
