"""Runs a plugin's command: its own app with its own words, whose every end becomes an exit code."""

import inspect
import select
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from aetherflow.cli.console import Console
from aetherflow.cli.plugin_app import app_of
from aetherflow.cli.streams import STDOUT, OutputFailed, silence_stdout
from aetherflow.cli.usage_errors import EXIT_USAGE, AnyUsageError
from aetherflow.core.contracts.errors import AetherFlowError, system_reason

if TYPE_CHECKING:
    from aetherflow.core.operations.plugin_commands import LoadedCommand

EXIT_FAILED = 1
_LARGEST_EXIT_CODE = 255
#: The errors of a command that end it with a message of its own, such as a file that cannot be opened.
_AnyCommandError: type[Exception] = AnyUsageError.__bases__[0]  # it has no public name


class CommandFailed(AetherFlowError):
    """A plugin's command raised an exception."""

    exit_code = EXIT_FAILED


def run_command(loaded: "LoadedCommand", path: str, words: Sequence[str], console: Console) -> int:
    """Run the app in a context that has nothing of ours; gives the exit code.

    Usage errors, and errors of AetherFlow that the command passes on, are raised as they are, but for their secrets.
    """
    app = app_of(loaded)
    try:
        code = _called(app, path, words, loaded, console)
        _flush_stdout()
        return code
    except (KeyboardInterrupt, OutputFailed):
        raise
    except AetherFlowError as error:
        raise _masked(error, loaded) from None
    except AnyUsageError as error:
        return _misused(error, app, path, loaded, console)
    except _AnyCommandError as error:
        raise CommandFailed(_safe(error.format_message(), loaded)) from None  # type: ignore[attr-defined]  # each has one
    except typer.Abort:
        raise CommandFailed(f'the command "{loaded.contribution.name}" was aborted') from None
    except BaseException as error:  # noqa: BLE001  # foreign code: whatever it raises is the command's failure
        if isinstance(error, BrokenPipeError) and _reader_is_gone():
            silence_stdout()
            return EXIT_FAILED  # whatever it would have done after that print, it has not done
        raise _failure(error, loaded, console) from None


def _called(app: Any, path: str, words: Sequence[str], loaded: "LoadedCommand", console: Console) -> int:
    try:
        with app.make_context(path, list(words)) as ctx:  # no parent: a plugin's context has nothing of ours
            return _exit_code(_awaited(app.invoke(ctx)))
    except typer.Exit as left:
        return _exit_code(left.exit_code)
    except SystemExit as left:
        if left.code is None or isinstance(left.code, int):
            return _exit_code(left.code)
        console.note(f"{_safe(left.code, loaded)}\n")  # as Python does with `sys.exit("text")`
        return EXIT_FAILED


def _misused(error: Any, app: Any, path: str, loaded: "LoadedCommand", console: Console) -> int:
    """Raise an error of the words, with the command that they were for; a page of help in its place is written."""
    if type(error).__name__ != "NoArgsIsHelpError":
        error.message = _safe(error.message, loaded)
        error.ctx = error.ctx or typer.Context(app, info_name=path)  # Typer's parser leaves it out of some
        raise error
    if error.message.strip():  # an app with colours has printed its page itself
        console.note(f"{error.message}\n")
    return EXIT_USAGE


def _masked(error: AetherFlowError, loaded: "LoadedCommand") -> AetherFlowError:
    """Take the secrets out of what an error says, which may be anything."""
    error.message = _safe(error.message, loaded)
    error.hint = None if error.hint is None else _safe(error.hint, loaded)
    inner, own = error.mask, loaded.masker.mask_text
    error.mask = lambda text: own(inner(text))
    return error


def _safe(said: object, loaded: "LoadedCommand") -> str:
    """Give what a command says, as far as we say it for the command: no secrets, and nothing that steers a terminal."""
    from aetherflow.core.runner.foreign_text import readable  # deferred, as below: only for what is wrong

    return loaded.masker.mask_text(readable(said))


def _failure(error: BaseException, loaded: "LoadedCommand", console: Console) -> CommandFailed:
    from aetherflow.core.runner.foreign_error import described  # deferred, as below: only for a failure

    contribution = loaded.contribution
    hint = "with AETHERFLOW_LOG_LEVEL=debug its traceback is shown"
    if console.environ.get("AETHERFLOW_LOG_LEVEL", "").strip().lower() == "debug":
        import traceback

        hint = "".join(traceback.format_exception(error)).rstrip()
    message = f'the command "{contribution.name}" of the plugin "{contribution.plugin}" failed: '
    return CommandFailed(_safe(message + described(error, contribution), loaded), hint=_safe(hint, loaded))


def _flush_stdout() -> None:
    """Write out what the command printed; raises OutputFailed where that cannot be written."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough, as with `| head -1`; the command is done
        silence_stdout()
    except OSError as error:
        silence_stdout()
        raise OutputFailed(system_reason(error)) from None


def _reader_is_gone() -> bool:
    """Tell a pipe behind stdout that nobody reads any more from one of the command's own."""
    poll = select.poll()
    poll.register(STDOUT, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def _awaited(returned: Any) -> Any:
    """Wait for what an async function gives back: Typer itself would drop it unstarted."""
    if not inspect.isawaitable(returned):
        return returned
    import asyncio  # deferred: 25 ms, only wanted by async commands

    async def wait() -> Any:
        return await returned

    return asyncio.run(wait())


def _exit_code(value: object) -> int:
    """Take a whole number as the exit code; one that the system would cut off to another is a failure."""
    if not isinstance(value, int) or isinstance(value, bool):
        return 0
    return value if 0 <= value <= _LARGEST_EXIT_CODE else EXIT_FAILED
