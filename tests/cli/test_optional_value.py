"""`--resume [RUN_ID]`: the next word that is no option is its value."""

from typing import Annotated, Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.main import get_command

from aetherflow.cli.optional_value import NO_VALUE, OptionalValueCommand
from aetherflow.cli.usage_errors import AnyUsageError

WORDS = ["f", "-", "", "x=y", "-q", "--quiet", "--param", "--param=x=y", "--resume", "--resume=", "--resume=r"]
WORDS += ["r", "--", "--unknown", "-z", "-qq", "--quiet=1", "é", "two words"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(cls=OptionalValueCommand)
def everything(
    flow: str,
    quiet: Annotated[bool, typer.Option("--quiet", "-q")] = False,
    param: Annotated[list[str] | None, typer.Option("--param")] = None,
    resume: Annotated[str | None, typer.Option("--resume", metavar="[RUN_ID]")] = None,
) -> dict[str, Any]:
    return {"flow": flow, "quiet": quiet, "param": param, "resume": resume}


def read(*words: str) -> Any:
    """Give what the command's function gets."""
    return get_command(app).main(list(words), "everything", standalone_mode=False)


@pytest.mark.parametrize(
    ("words", "resume"),
    [
        (["f"], None),
        (["f", "--resume"], NO_VALUE),
        (["f", "--resume", "--quiet"], NO_VALUE),
        (["f", "--resume", "-q"], NO_VALUE),
        (["f", "--resume", "r1", "--quiet"], "r1"),
        (["--resume", "r1", "f"], "r1"),
        (["f", "--resume=r1"], "r1"),
        (["f", "--resume="], ""),
        (["f", "--resume", "a", "--resume"], NO_VALUE),
        (["--resume", "--", "f"], NO_VALUE),
    ],
)
def test_the_value_is_the_next_word_that_is_no_option(words: list[str], resume: str | None) -> None:
    assert read(*words)["resume"] == resume
    assert read(*words)["flow"] == "f"


def test_the_value_of_another_option_is_left_alone() -> None:
    assert read("f", "--param", "--resume", "--param", "b") == {
        "flow": "f",
        "quiet": False,
        "param": ["--resume", "b"],
        "resume": None,
    }


def test_words_behind_two_dashes_are_no_options() -> None:
    assert read("--", "--resume")["flow"] == "--resume"


@given(st.lists(st.sampled_from(WORDS), max_size=7))
def test_every_line_is_read_or_is_a_usage_error(words: list[str]) -> None:
    try:
        given_words = read(*words)
    except AnyUsageError:
        return
    assert given_words["flow"] in words
    has_resume = any(word.startswith("--resume") for word in words)
    assert given_words["resume"] is None or has_resume
