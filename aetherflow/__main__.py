"""`python -m aetherflow` and the console script."""

import gc
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.disable()  # a start makes no garbage worth looking for; `run` turns the collector on again
    try:
        from aetherflow.cli.app import run_command_line  # deferred: `import aetherflow.__main__` must cost nothing
    except KeyboardInterrupt:  # everything later is the error boundary's
        sys.exit(130)
    exit_code = run_command_line(sys.argv[1:])
    gc.freeze()  # nor does the end: the interpreter's own last collections would take 8 ms
    sys.exit(exit_code)


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the current directory: nobody who runs a flow in a folder means to import what lies there
    main()
