"""`python -m aetherflow` and the console script."""

import gc
import os
import sys

#: Its bindings write to stderr, at the end, which of their objects nothing has collected.
_TELLS_OF_LEAKS = frozenset({"duckdb"})


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.disable()  # a start makes no garbage worth looking for; `run` turns the collector on again
    try:
        from aetherflow.cli.app import run_command_line  # deferred: `import aetherflow.__main__` must cost nothing
    except KeyboardInterrupt:  # everything later is the error boundary's
        sys.exit(130)
    exit_code = run_command_line(sys.argv[1:])
    _skip_last_collections()
    _leave(exit_code)


def _skip_last_collections() -> None:
    """Spare the interpreter's own, which take 8 ms and after a run 30, where no library tells of what they miss."""
    if _TELLS_OF_LEAKS & sys.modules.keys():
        gc.unfreeze()  # a run freezes what it has loaded
    else:
        gc.freeze()


def _leave(exit_code: int) -> None:
    """Leave the process; where plugins have left threads behind, without waiting for them.

    Python would wait for some of them for ever, and may abort when others print while it shuts down.
    """
    import atexit  # deferred, as is the other: both are there by now
    import threading

    if threading.active_count() > 1:
        atexit._run_exitfuncs()
        os._exit(exit_code)
    sys.exit(exit_code)


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the current directory: nobody who runs a flow in a folder means to import what lies there
    main()
