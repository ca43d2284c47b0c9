"""Versions are in ranges as PEP 440 says, whether or not its library is asked."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from aetherflow.core.plugins.version_ranges import is_plainly_in, is_release_in, is_version_in

numbers = st.lists(st.integers(0, 3).map(str), min_size=1, max_size=4).map(".".join)
clauses = st.builds("{}{}".format, st.sampled_from([">=", "<=", "==", "!=", ">", "<", "~="]), numbers)
ranges = st.lists(clauses, max_size=3).map(" , ".join)


def by_the_library(version: str, written: str) -> bool | None:
    try:
        return SpecifierSet(written).contains(version)
    except InvalidSpecifier:
        return None


@given(numbers, ranges)
def test_plain_ranges_mean_what_the_library_says(version: str, written: str) -> None:
    assert is_plainly_in(version, written) == by_the_library(version, written)


@pytest.mark.parametrize(
    ("version", "written"),
    [("1.0rc1", ">=1"), ("1", "==1.*"), ("1", ">=1.0a1"), ("1", ">=1,,<2"), ("1", "1"), ("1+x", ">1"), ("1", ">=1!0")],
)
def test_what_is_not_plain_is_left_to_the_library(version: str, written: str) -> None:
    assert is_plainly_in(version, written) is None


@pytest.mark.parametrize(
    ("version", "written", "is_in"),
    [
        ("2.0rc1", ">=2", True),
        ("2.0.dev3", ">=2.0,<3", True),
        ("2.0rc1", "<2", False),
        ("2.0rc1", ">=1,<2", False),
        ("2.0rc1", ">=2.0rc2", False),
        ("2.0rc2", ">=2.0rc1,<3", True),
        ("2.0.post1", "==2.0", True),
        ("2.0+local", "==2.0.*", True),
        ("3.13.1+", ">=3.13.1", True),
    ],
)
def test_a_version_that_leads_to_a_release_counts_as_it_unless_the_range_names_such(
    version: str, written: str, is_in: bool
) -> None:
    assert is_release_in(version, written) is is_in


@pytest.mark.parametrize(("version", "written"), [("1.0", "1.x"), ("today", ">=1"), ("1.0", "~=1"), ("", ">=1")])
def test_what_cannot_be_read_leaves_nothing_out_and_serves_nobody(version: str, written: str) -> None:
    assert is_release_in(version, written)
    assert not is_version_in(version, written)


@pytest.mark.parametrize(("version", "is_in"), [("1.2", True), ("1.3rc1", True), ("1.2rc1", False), ("1.4", False)])
def test_a_version_that_is_there_is_taken_for_what_it_is(version: str, is_in: bool) -> None:
    assert is_version_in(version, ">=1.2,<1.4") is is_in


def test_plain_versions_and_requirements_import_no_library() -> None:
    program = (
        "import sys; from aetherflow.core.plugins.requirements import wanted; "
        "from aetherflow.core.plugins.version_ranges import is_release_in; "
        "assert wanted('warehouse >= 1.2, <2').versions == '>= 1.2, <2'; assert is_release_in('3.11.4', '>=3.11'); "
        "print([name for name in sys.modules if name.startswith('packaging')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
