"""The one place that catches everything: no input, and no defect of ours, ends in a traceback on the terminal."""

import os
from collections.abc import Callable

from aetherflow.cli.console import Console
from aetherflow.cli.declaration import UsageProblem
from aetherflow.cli.streams import OutputFailed, StandardStreams, silence_stdout
from aetherflow.core.contracts.errors import AetherFlowError

EXIT_USAGE = 2
EXIT_DEFECT = 5
EXIT_INTERRUPTED = 130


def guarded(work: Callable[[], int], streams: StandardStreams, *, path: str) -> int:
    """Do the work; whatever goes wrong becomes a message on stderr and an exit code.

    ``path`` is the program's and the command's name, for messages.
    """
    console = Console(streams, os.environ)
    try:
        return work()
    except UsageProblem as problem:
        _say(console, problem.message, problem.hint, f"`{path} --help` shows how it is used")
        return EXIT_USAGE
    except AetherFlowError as error:
        from aetherflow.cli.render.diagnostics import refusal_text  # deferred: only for a refusal

        console.note(refusal_text(error, console.err))
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
        return _report_defect(console, defect, path)


def _say(console: Console, message: str, *notes: str | None) -> None:
    from aetherflow.cli.render.diagnostics import message_text  # deferred: only when something is wrong

    console.note(message_text(message, [note for note in notes if note], console.err))


def _report_defect(console: Console, defect: Exception, path: str) -> int:
    log = _write_log(defect, path)
    kept = f"the details are in {log}: please attach it to a report" if log else "and no log file could be written"
    _say(console, f"a defect in AetherFlow: {type(defect).__name__}", kept)
    return EXIT_DEFECT


def _write_log(defect: Exception, path: str) -> str | None:
    import platform  # deferred, as are the others: only for a defect
    import tempfile
    import traceback

    from aetherflow.version import VERSION

    about = f"aetherflow {VERSION}, Python {platform.python_version()}, {platform.platform()}\n"
    about += f"command: {path}\n\n"  # no further words: they may hold secrets
    try:
        descriptor, log_path = tempfile.mkstemp(prefix="aetherflow-defect-", suffix=".log")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as log:
            log.write(about + "".join(traceback.format_exception(defect)))
    except OSError:
        return None
    return log_path
