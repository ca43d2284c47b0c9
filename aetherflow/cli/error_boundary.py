"""The one place that catches everything: no input, and no defect of ours, ends in a traceback on the terminal."""

import os
from collections.abc import Callable

from aetherflow.cli.console import Console
from aetherflow.cli.streams import OutputFailed, StandardStreams, silence_stdout
from aetherflow.cli.told import reader_of
from aetherflow.cli.usage_errors import EXIT_USAGE, AnyUsageError
from aetherflow.core.contracts.errors import AetherFlowError

EXIT_DEFECT = 5
EXIT_INTERRUPTED = 130


def guarded(work: Callable[[], int], streams: StandardStreams) -> int:
    """Do the work; whatever goes wrong becomes a message on stderr and an exit code."""
    console = Console(streams, os.environ, reader=reader_of({}))
    try:
        return work()
    except AnyUsageError as error:
        from aetherflow.cli.explanations import explained  # deferred, as are the others: only when something is wrong

        message, notes = explained(error)
        _say(console, message, *notes)
        return EXIT_USAGE
    except AetherFlowError as error:
        from aetherflow.cli.render.diagnostics import refusal_text

        console.note(refusal_text(error, console))
        return error.exit_code
    except OutputFailed as failed:
        _say(console, failed.message)
        return EXIT_USAGE
    except KeyboardInterrupt:
        _say(console, "interrupted")
        return EXIT_INTERRUPTED
    except SystemExit as left:  # Typer's completion leaves this way
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    except OSError as error:  # a full disk, a file that may not be written: surroundings, whoever met it
        silence_stdout()
        _say(console, f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error))
        return EXIT_USAGE
    except Exception as defect:  # noqa: BLE001  # the boundary: a defect of ours must be a message, not a traceback
        return _report_defect(console, defect)


def _say(console: Console, message: str, *notes: str) -> None:
    from aetherflow.cli.render.diagnostics import message_text  # deferred: only when something is wrong

    console.note(message_text(message, notes, console.err))


def _report_defect(console: Console, defect: Exception) -> int:
    log = _write_log(defect)
    kept = f"the details are in {log}: please attach it to a report" if log else "and no log file could be written"
    _say(console, f"a defect in AetherFlow: {type(defect).__name__}", kept)
    return EXIT_DEFECT


def _write_log(defect: Exception) -> str | None:
    import platform  # deferred, as are the others: only for a defect
    import tempfile
    import traceback

    from aetherflow.version import VERSION

    # The words of the command line are left out: they may hold secrets.
    about = f"aetherflow {VERSION}, Python {platform.python_version()}, {platform.platform()}\n\n"
    try:
        descriptor, log_path = tempfile.mkstemp(prefix="aetherflow-defect-", suffix=".log")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as log:
            log.write(about + "".join(traceback.format_exception(defect)))
    except OSError:
        return None
    return log_path
