"""Says in words how a command failed: its exit, itself, and the last that it said."""

import signal
from collections.abc import Callable, Sequence

from aetherflow.core.api import ProcessResult, StepFailed

_LONGEST_COMMAND = 400
_SHELL_ONLY = {"|", "||", "&", "&&", ";", ">", ">>", "<", "<<", "2>&1", "2>", "&>"}
_SHELL_COMMANDS = {"cd", "export", "source", ".", "alias", "eval", "exec", "set", "ulimit", "umask", "unset"}
_MISSING_FILE = ("No such file or directory", "cannot open ")  # the latter is what dash says of a redirection
_BESIDE_THE_FLOW = (
    "a command runs in its job's own directory: files beside the flow are below $AETHERFLOW_FLOW_DIR, "
    "in templates {{run.flow_dir}}"
)


def failure_message(what: str, argv: Sequence[str], result: ProcessResult, mask: Callable[[str], str]) -> str:
    """Put a failure, the masked command and the end of its output together."""
    message = f"{what}: {shown_command(argv, mask)}"
    if not result.tail:
        return message
    last_lines = "\n".join(f"  {line}" for line in mask(result.tail).split("\n"))
    return f"{message}\nits last output:\n{last_lines}"


def shown_command(argv: Sequence[str], mask: Callable[[str], str]) -> str:
    """Write a command as one would type it, secrets masked, very long ones cut."""
    import shlex  # deferred: only wanted for a message

    # Masked word by word first: quoting may take a secret apart.
    text = mask(shlex.join(mask(word) for word in argv)).replace("'***'", "***")
    return text if len(text) <= _LONGEST_COMMAND else text[:_LONGEST_COMMAND] + "…"


def how_it_ended(result: ProcessResult, *, shell: bool) -> str:
    """Say the exit code, the signal or the timeout in words."""
    if result.timed_out:
        return f"timed out after {result.timeout_seconds or 0.0:.1f} s and was ended{_late(result)}"
    if result.exit_code < 0:
        return f"was ended by {_signal_words(-result.exit_code)}"
    words = f"exited with code {result.exit_code}"
    if shell and result.exit_code > 128 and (name := _signal_words(result.exit_code - 128)).startswith("SIG"):
        return f"{words} (something in it was ended by {name})"
    return words


def _late(result: ProcessResult) -> str:
    late_seconds = result.duration_seconds - (result.timeout_seconds or 0.0)
    return f", which took another {late_seconds:.1f} s" if late_seconds >= 1 else ""


def advice(result: ProcessResult, argv: Sequence[str], *, shell: bool) -> str | None:
    """Give a hint where the way it ended is a well-known one."""
    if result.timed_out:
        return "`timeout_seconds` of the step or its job sets the limit"
    if result.exit_code == 0:
        return "`success.exit_codes` does not hold 0"
    if result.exit_code == -signal.SIGKILL:
        return "nobody here sent it: the system may have run out of memory"
    return (_on_shell_code(result.exit_code) if shell else _on_shell_word(argv)) or _on_missing_file(result)


def start_advice(failure: StepFailed, argv: Sequence[str]) -> str | None:
    """Give the hint of a program that could not be started, with where it may be where that is the riddle."""
    if not failure.message.startswith(f'program "{argv[0]}"'):
        return failure.hint
    if hint := _on_shell_command(argv):
        return hint
    if "/" in argv[0] and not argv[0].startswith("/"):
        return f"{failure.hint}; {_BESIDE_THE_FLOW}" if failure.hint else _BESIDE_THE_FLOW
    return failure.hint


def _on_shell_code(exit_code: int) -> str | None:
    words = {126: "126: a program was found but may not be executed", 127: "127: a program was not found"}
    return words.get(exit_code)


def _on_shell_command(argv: Sequence[str]) -> str | None:
    """Tell what only a shell would have found; a whole command line may stand in the first word."""
    words = [*argv[0].split(), *argv[1:]]
    if words and words[0] in _SHELL_COMMANDS:
        return f'"{words[0]}" is a command of the shell, no program: write the command as one string, `shell: true`'
    return _on_shell_word(words)


def _on_shell_word(argv: Sequence[str]) -> str | None:
    if found := next((word for word in argv if word in _SHELL_ONLY), None):
        return f'"{found}" reached the program as a plain word; only a shell understands it: add `shell: true`'
    return None


def _on_missing_file(result: ProcessResult) -> str | None:
    return _BESIDE_THE_FLOW if any(words in result.tail for words in _MISSING_FILE) else None


def _signal_words(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
    return f"{name} ({(signal.strsignal(number) or 'signal').lower()})"
