"""A path inside a bundle stays inside, on every system, and editors say the same of it."""

import posixpath
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.documents.inner_paths import INNER_PATH_PATTERN, LONGEST_PATH, UnsafePath, inner_path

PATHS = st.text(st.sampled_from("ab./\\:~- é\0\n\x7f\x85\ud800\u2028"), max_size=12)


def is_inside(written: str) -> bool:
    try:
        return inner_path(written) == written
    except UnsafePath:
        return False


@pytest.mark.parametrize("path", ["a", "a/b.yaml", "flows/main.yaml", "..a/b..", "a b/é", "~/a", ".env", "-x", "ab:c"])
def test_a_path_inside_is_given_back_as_it_is(path: str) -> None:
    assert inner_path(path) == path


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "it is empty"),
        ("a" * (LONGEST_PATH + 1), "it is longer than 1024 bytes"),
        ("é/" * 400 + "é", "it is longer than 1024 bytes"),
        ("/etc/passwd", "it is absolute"),
        ("C:/x", "it is absolute"),
        ("c:x", "it is absolute"),
        ("..", 'it climbs out of the bundle by ".."'),
        ("a/../b", 'it climbs out of the bundle by ".."'),
        ("../../x", 'it climbs out of the bundle by ".."'),
        ("a\\..\\b", "it has a backslash in it"),
        ("\\\\server\\share", "it has a backslash in it"),
        ("a\0b", "it has control characters in it"),
        ("a\n", "it has control characters in it"),
        ("a\x85", "it has control characters in it"),
        (".", 'it has an empty part, or "."'),
        ("./a", 'it has an empty part, or "."'),
        ("a//b", 'it has an empty part, or "."'),
        ("a/", 'it has an empty part, or "."'),
    ],
)
def test_any_other_path_is_refused_with_the_reason(path: str, reason: str) -> None:
    with pytest.raises(UnsafePath, match=re.escape(reason)):
        inner_path(path)


@given(PATHS)
def test_what_is_accepted_stays_below_every_root(path: str) -> None:
    if is_inside(path):
        assert posixpath.normpath(posixpath.join("/root", path)) == f"/root/{path}"


@given(PATHS)
def test_the_pattern_for_editors_says_the_same(path: str) -> None:
    assert bool(re.search(INNER_PATH_PATTERN, path)) == is_inside(path)
