import pytest

from aetherflow.core.diagnostics.suggestion import LONGEST_NAME, did_you_mean, nearest
from tests.diagnostics.imports import brings_along

STEP_TYPES = ["external.process", "check_items", "log", "fail", "db_execute"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("external.proces", "external.process"),
        ("process", "external.process"),
        ("check-items", "check_items"),
        ("Log", "log"),
        ("fali", "fail"),
    ],
)
def test_a_misspelt_name_finds_the_one_that_was_meant(name: str, meant: str) -> None:
    assert nearest(name, STEP_TYPES) == meant


@pytest.mark.parametrize(
    ("name", "other"),
    [("nope.yaml", "greet.yaml"), ("a.yaml", "b.yaml"), ("x", "y"), ("AB12", "AC34"), ("loading", "reading_logs")],
)
def test_to_share_a_suffix_or_some_letters_is_not_to_be_near(name: str, other: str) -> None:
    assert nearest(name, [other]) is None


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("logg", "log"),
        ("great.yaml", "greet.yaml"),
        ("orders", "load_orders"),
        ("daily.yml", "daily.yaml"),
        ("extrakt", "extract"),
        ("AETHERFLOW_PLUGIN_PATH", "AETHERFLOW_PLUGIN_PATHS"),
    ],
)
def test_a_few_mistakes_or_a_part_of_a_name_are_near(name: str, other: str) -> None:
    assert nearest(name, ["nothing", other]) == other


def test_a_name_that_resembles_nothing_finds_nothing() -> None:
    assert nearest("http_get", STEP_TYPES) is None


def test_the_same_name_in_another_case_is_preferred_to_a_similar_one() -> None:
    assert nearest("ROWS", ["rows_", "Rows", "row"]) == "Rows"


def test_no_candidates_give_no_suggestion() -> None:
    assert nearest("x", []) is None


def test_an_empty_name_gives_no_suggestion() -> None:
    assert nearest("", ["", "a"]) is None


def test_a_name_of_megabytes_is_not_compared() -> None:
    assert nearest("a" * 1_000_000, ["a" * LONGEST_NAME]) is None


def test_candidates_of_megabytes_are_not_compared() -> None:
    assert nearest("aaaa", ["a" * 1_000_000, "aaab"]) == "aaab"


def test_the_suggestion_is_a_question() -> None:
    assert did_you_mean("lgo", STEP_TYPES) == 'did you mean "log"?'


def test_no_suggestion_is_no_question() -> None:
    assert did_you_mean("zzz", STEP_TYPES) is None


def test_difflib_is_not_imported_before_it_is_needed() -> None:
    assert not brings_along("aetherflow.core.diagnostics.suggestion", "difflib")
