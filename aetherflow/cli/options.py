"""Options that several commands share, and what their texts must look like."""

import os
import re
from typing import Any, Literal

from aetherflow.cli.console import Console, Verbosity
from aetherflow.cli.declaration import NO_VALUE, Option, UsageProblem
from aetherflow.cli.streams import StandardStreams

Format = Literal["text", "json", "sarif", "github"]

RUN_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"

FINDING_FORMATS = Option(
    names=("--format",),
    kind="value",
    metavar="FORMAT",
    choices=("text", "json", "sarif", "github"),
    called="form",
    help="How findings are written to stdout: text, json, sarif or github (annotations).",
)
RESULT_FORMATS = Option(
    names=("--format",),
    kind="value",
    metavar="FORMAT",
    choices=("text", "json"),
    called="form",
    help="How the result is written to stdout: text or json.",
)
JSON = Option(names=("--json",), called="as_json", help="Short for --format json.")
QUIET = Option(names=("--quiet", "-q"), help="Tell errors only.")
VERBOSE = Option(names=("--verbose", "-v"), help="Tell more.")
NO_COLOR = Option(names=("--no-color",), help="Use no colours; so does the variable NO_COLOR.")
STRICT_ENV = Option(
    names=("--strict-env",), help="Environment variables that the flow needs and that are missing are errors."
)
WORKFLOW = Option(
    names=("--workflow",),
    kind="value",
    metavar="NAME",
    help="Which of the file's workflows; needed where there are several.",
)


def chosen_format(form: str | None, as_json: bool) -> Format:
    """Join `--format` and `--json` into one."""
    if as_json and form not in (None, "json"):
        raise UsageProblem(f"--json and --format {form} exclude each other", hint="give one of the two")
    chosen: Any = "json" if as_json else form or "text"
    return chosen  # type: ignore[no-any-return]  # the parser let only declared choices through


def open_console(
    streams: StandardStreams, *, no_color: bool = False, quiet: bool = False, verbose: bool = False
) -> Console:
    """Make the console of a command from its common options."""
    if quiet and verbose:
        raise UsageProblem("--quiet and --verbose exclude each other", hint="give one of the two")
    verbosity = Verbosity.QUIET if quiet else Verbosity.VERBOSE if verbose else Verbosity.NORMAL
    return Console(streams, os.environ, no_color=no_color, verbosity=verbosity)


def check_run_id(option: str, value: str) -> str:
    """Refuse what is no run id."""
    if not re.match(RUN_ID_PATTERN, value) or value.endswith("\n"):
        raise UsageProblem(
            f'{option}: "{value}" is no run id',
            hint="a run id begins with a letter or digit and has up to 64 letters, digits, `.`, `_` or `-`",
        )
    return value


def check_resume(value: str | None) -> tuple[bool, str | None]:
    """Tell whether to resume, and which run: None is the newest that can be."""
    if value is None or value == NO_VALUE:
        return value is not None, None
    return True, check_run_id("--resume", value)


def name_and_value(option: str, text: str) -> tuple[str, str]:
    """Split NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageProblem(f'{option}: "{text}" is not NAME=VALUE', hint=f"for example {option} day=2026-01-31")
    return name, value


def parameters(texts: tuple[str, ...]) -> dict[str, str]:
    """Read every `--param`; a name given twice is refused, since one of the two values would be lost."""
    values: dict[str, str] = {}
    for text in texts:
        name, value = name_and_value("--param", text)
        if name in values:
            raise UsageProblem(f'--param: "{name}" is given twice', hint="give each parameter once")
        values[name] = value
    return values
