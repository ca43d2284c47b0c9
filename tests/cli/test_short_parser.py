"""The short parser and Typer read a command line alike."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.cli.declaration import NO_VALUE, Argument, Command, Option, UsageProblem
from aetherflow.cli.short_parser import parse_short, spell_out_optional_values
from aetherflow.cli.streams import StandardStreams
from aetherflow.cli.typer_face import typer_command
from aetherflow.cli.usage_errors import as_usage_problem

EVERYTHING = Command(
    name="everything",
    description="Takes every kind of word.",
    action=lambda streams, **values: 0,
    arguments=(Argument("flow", "A flow."), Argument("kind", "A kind.", choices=("a", "b"))),
    options=(
        Option(names=("--quiet", "-q"), help="A flag."),
        Option(names=("--dry-run",), help="Another flag."),
        Option(names=("--run-id",), kind="value", metavar="ID", help="A value."),
        Option(names=("--format",), kind="value", choices=("text", "json"), called="form", help="A choice."),
        Option(names=("--param",), kind="many", metavar="NAME=VALUE", help="Many values."),
        Option(names=("--resume",), kind="optional", metavar="ID", help="A value that may be left out."),
    ),
    examples=(),
)
WORDS = [
    "a",
    "b",
    "flow.yaml",
    "-",
    "",
    "x=y",
    "-q",
    "--quiet",
    "--dry-run",
    "--run-id",
    "--run-id=7",
    "--run-id=",
    "7",
]
WORDS += [
    "--format",
    "--format=json",
    "json",
    "xml",
    "--param",
    "--param=x=y",
    "--resume",
    "--resume=",
    "--resume=r",
    "r",
]
WORDS += ["--", "--unknown", "-z", "-qq", "--quiet=1", "--res", "é", "two words"]


def read_by_typer(command: Command, words: list[str]) -> dict[str, Any] | None:
    """Give what Typer hands to the command's function, or None where it refuses the line."""
    seen: dict[str, Any] = {}

    def action(streams: StandardStreams, **values: Any) -> int:
        seen.update(values)
        return 0

    built = typer_command(StandardStreams(), Command(**{**fields(command), "action": action}))
    try:
        built.main(args=words, prog_name="x", standalone_mode=False)
    except UsageProblem:
        return None
    except Exception as error:  # noqa: BLE001  # Typer's errors have no public base
        as_usage_problem(error, command, words)  # must find words for whatever Typer says
        return None
    return seen


def fields(command: Command) -> dict[str, Any]:
    return {name: getattr(command, name) for name in command.__struct_fields__}


@given(st.lists(st.sampled_from(WORDS), max_size=7))
def test_what_the_short_parser_reads_typer_reads_alike(words: list[str]) -> None:
    try:
        read = parse_short(EVERYTHING, words)
    except UsageProblem:
        assert read_by_typer(EVERYTHING, words) is None
        return
    if read is not None:
        assert read_by_typer(EVERYTHING, words) == read


@pytest.mark.parametrize(
    ("words", "option", "value"),
    [
        (["f", "a", "--resume"], "resume", NO_VALUE),
        (["f", "a", "--resume", "--quiet"], "resume", NO_VALUE),
        (["f", "a", "--resume", "r1", "--quiet"], "resume", "r1"),
        (["--resume", "r1", "f", "a"], "resume", "r1"),
        (["f", "a", "--resume=r1"], "resume", "r1"),
        (["f", "a", "--resume="], "resume", ""),
        (["f", "a"], "resume", None),
        (["f", "a", "--param", "--resume"], "param", ("--resume",)),
        (["f", "a", "--param", "x=1", "--param=y=2"], "param", ("x=1", "y=2")),
        (["f", "a", "-q"], "quiet", True),
        (["f", "a", "--format", "json"], "form", "json"),
    ],
)
def test_plain_lines_are_read_without_typer(words: list[str], option: str, value: object) -> None:
    read = parse_short(EVERYTHING, words)
    assert read is not None
    assert read[option] == value
    assert read_by_typer(EVERYTHING, words) == read


@pytest.mark.parametrize(
    "words", [["f"], ["f", "a", "b"], ["f", "a", "--res"], ["f", "a", "-qq"], ["f", "a", "--run-id"]]
)
def test_every_other_line_is_left_to_typer(words: list[str]) -> None:
    assert parse_short(EVERYTHING, words) is None


def test_words_behind_two_dashes_are_no_options() -> None:
    assert spell_out_optional_values(EVERYTHING, ["--", "--resume", "x"]) == ["--", "--resume", "x"]


def test_a_value_that_is_no_choice_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UsageProblem, match='--format takes text or json, not "jsn"') as caught:
        parse_short(EVERYTHING, ["f", "a", "--format", "jsn"])
    assert caught.value.hint == 'did you mean "json"?'
