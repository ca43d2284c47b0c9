"""What is said to a command line that cannot be understood."""

from collections.abc import Iterable

from aetherflow.cli.declaration import NO_VALUE, Command, UsageProblem
from aetherflow.cli.options import FINDING_FORMATS, JSON, NO_COLOR, QUIET, VERBOSE

_COMMON = [spelling for option in (FINDING_FORMATS, JSON, NO_COLOR, QUIET, VERBOSE) for spelling in option.names]


def unknown_command(name: str, path: str, known: Iterable[str]) -> UsageProblem:
    """Say that there is no such command, and which may have been meant."""
    from aetherflow.core.diagnostics.suggestion import did_you_mean  # deferred: only for a wrong word

    hint = did_you_mean(name, known)
    if hint is None and path == "aetherflow" and name.endswith((".yaml", ".yml")):
        hint = f"to run a flow: aetherflow run {name}"
    return UsageProblem(f'no such command "{name}"', hint=hint)


def unknown_option(name: str, command: Command | None) -> UsageProblem:
    """Say that there is no such option, and which may have been meant."""
    from aetherflow.core.diagnostics.suggestion import did_you_mean  # deferred: only for a wrong word

    if command is None:
        hint = None if name in _COMMON else did_you_mean(name, ("--version", "--help"))
        hint = hint or f"options stand behind the command: aetherflow COMMAND {name}"
    else:
        hint = did_you_mean(name, [*(spelling for option in command.options for spelling in option.names), "--help"])
    return UsageProblem(f'no such option "{name}"', hint=hint)


def as_usage_problem(error: Exception, command: Command | None, words: list[str]) -> UsageProblem:
    """Rewrite an error of Typer's in our own words."""
    option = getattr(error, "option_name", None)
    if option is not None and hasattr(error, "possibilities"):
        return unknown_option(option, command)
    if option is not None:
        return UsageProblem(f"{option} needs a value")
    if hasattr(error, "param_type") and getattr(error, "param", None) is not None:
        return _missing_argument(error.param.human_readable_name, words)  # type: ignore[attr-defined]  # just asked
    text = str(getattr(error, "message", error)).rstrip(".")
    extra = text.removeprefix("Got unexpected extra argument(s) (").removesuffix(")")
    if extra != text.removesuffix(")"):
        return UsageProblem(f"one word too many: {extra}", hint="a text with spaces or signs is put in quotes")
    return UsageProblem(text[:1].lower() + text[1:].replace("'", '"'))


def _missing_argument(metavar: str, words: list[str]) -> UsageProblem:
    hint = None
    if any(word.startswith("--resume=") and word != f"--resume={NO_VALUE}" for word in words):
        hint = f"the word after --resume is taken as the run's id: put {metavar} before --resume"
    return UsageProblem(f"{metavar} is missing", hint=hint)
