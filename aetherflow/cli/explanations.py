"""What is said to a command line that cannot be understood; imported only for one."""

from collections.abc import Iterable, Sequence
from typing import Any

import typer

from aetherflow.cli.optional_value import NO_VALUE, may_leave_value_out
from aetherflow.cli.usage_errors import UsageProblem
from aetherflow.core.diagnostics.suggestion import did_you_mean

#: Options of many commands: before the command they are misplaced, not misspelled.
_OF_COMMANDS = (
    *("--format", "--json", "--no-color", "--quiet", "-q", "--verbose", "-v"),
    *("--bundle-manifest", "--plugins-file", "--plugin-path"),
)


def explained(error: Any) -> tuple[str, list[str]]:
    """Say a usage error, Typer's or ours, in our own words: its message, and the lines below it."""
    problem = error if isinstance(error, UsageProblem) else _translated(error, error.ctx)
    path = error.ctx.command_path if error.ctx else "aetherflow"
    usage = f"`{path} --help` shows how it is used"
    return problem.message, [problem.hint, usage] if problem.hint else [usage]


def unknown_command(ctx: typer.Context, name: str, known: Iterable[str]) -> UsageProblem:
    """Say that there is no such command, and which may have been meant."""
    hint = did_you_mean(name, known)
    if hint is None and ctx.parent is None and name.endswith((".yaml", ".yml")):
        hint = f"to run a flow: aetherflow run {name}"
    return UsageProblem(f'no such command "{name}"', hint=hint, ctx=ctx)


def _translated(error: Any, ctx: Any) -> UsageProblem:
    if hasattr(error, "possibilities"):
        return _unknown_option(error.option_name, ctx)
    if hasattr(error, "param_type"):
        return _missing(error.param, ctx)
    choices = getattr(getattr(getattr(error, "param", None), "type", None), "choices", None)
    if choices:
        return _no_choice(error, choices)
    if error.message.endswith("requires an argument."):
        return UsageProblem(f"{error.option_name} needs a value")
    extra = error.message.removeprefix("Got unexpected extra argument(s) (")
    if extra != error.message:
        return UsageProblem(f"one word too many: {extra[:-1]}", hint="a text with spaces or signs is put in quotes")
    text = error.format_message().rstrip(".")
    return UsageProblem(text[:1].lower() + text[1:].replace("'", '"'))


def _unknown_option(name: str, ctx: Any) -> UsageProblem:
    known = [spelling for param in ctx.command.get_params(ctx) for spelling in param.opts]
    hint = None if name in _OF_COMMANDS else did_you_mean(name, known)
    if hint is None and ctx.parent is None and hasattr(ctx.command, "commands"):
        hint = f"options stand behind the command: {ctx.command_path} COMMAND {name}"
    return UsageProblem(f'no such option "{name}"', hint=hint)


def _missing(param: Any, ctx: Any) -> UsageProblem:
    if param.param_type_name == "option":
        if choices := getattr(param.type, "choices", None):
            return UsageProblem(f"{param.opts[0]} is missing: it takes {_one_of(choices)}")
        return UsageProblem(f"{param.opts[0]} {param.metavar} is missing")
    return missing_argument(param.human_readable_name, ctx)


def missing_argument(metavar: str, ctx: Any) -> UsageProblem:
    """Say that a word is missing, and where it may have gone."""
    for param in ctx.command.params:
        if may_leave_value_out(param) and ctx.params.get(param.name) not in (None, "", NO_VALUE):
            hint = f"the word after {param.opts[0]} is taken as its value: put {metavar} before {param.opts[0]}"
            return UsageProblem(f"{metavar} is missing", hint=hint)
    return UsageProblem(f"{metavar} is missing")


def _no_choice(error: Any, choices: Sequence[str]) -> UsageProblem:
    shown = error.param.opts[0] if error.param.param_type_name == "option" else error.param.human_readable_name
    value = error.message.rpartition(" is not one of ")[0][1:-1]  # it stands in quotes there
    return UsageProblem(f'{shown} takes {_one_of(choices)}, not "{value}"', hint=did_you_mean(value, choices))


def _one_of(choices: Sequence[str]) -> str:
    return f"{', '.join(choices[:-1])} or {choices[-1]}"
