"""Which permission covers what, as docs/plugins/permissions.md says, and for whatever is written."""

import posixpath
import re
import time
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.contracts.metadata import PERMISSION_KINDS
from aetherflow.core.plugins.permission_rules import Cover, Permission, cover, permission_of
from tests.support.project import REPOSITORY

PAGE = (REPOSITORY / "docs/plugins/permissions.md").read_text(encoding="utf-8")
#: | `permission` | `covers`, … | `does not`, … |
ROW = re.compile(r"^\| `([a-z]+:[^`|]+)` \| ([^|]*) \| ([^|]*) \|", re.MULTILINE)
SAMPLES = [
    (granted, wanted, expected)
    for granted, *columns in ROW.findall(PAGE)
    for column, expected in zip(columns, ("covered", "not covered"), strict=True)
    for wanted in re.findall(r"`([^`]+)`", column)
]

words = st.text("ab-", min_size=1, max_size=3)
plain_paths = st.lists(words, max_size=4).map(lambda parts: "/" + "/".join(parts))
any_paths = st.lists(st.sampled_from(["a", "b", "..", ".", ""]), max_size=6).map(lambda parts: "/" + "/".join(parts))
patterns = st.lists(st.text("ab*?", min_size=1, max_size=3), min_size=1, max_size=4).map("/".join)
details = st.text("ab/*?[]~.:1", min_size=1, max_size=12)


def covered(granted: str, wanted: str, *, is_open: bool = False) -> Cover:
    """Compare two texts."""
    one, other = permission_of(granted), permission_of(wanted)
    assert one is not None
    assert other is not None
    return cover(one, other, is_open=is_open)


def test_the_page_has_samples_of_every_kind() -> None:
    assert {granted.partition(":")[0] for granted, _, _ in SAMPLES} == set(PERMISSION_KINDS)
    assert len(SAMPLES) > 40


@pytest.mark.parametrize(("granted", "wanted", "expected"), SAMPLES)
def test_the_samples_of_the_page_are_true(granted: str, wanted: str, expected: Cover) -> None:
    assert covered(granted, wanted) == expected


@pytest.mark.parametrize(
    ("granted", "wanted"),
    [
        ("read:/data", "read:data"),  # the current directory may be anywhere
        ("read:data", "read:/srv/data"),
        ("read:/home/etl", "read:~/x"),
        ("network:db.example:5432", "network:db.example"),  # the text does not tell the port
        ("process:/usr/bin/git", "process:git"),  # PATH decides
    ],
)
def test_what_only_a_run_can_tell_is_unknown(granted: str, wanted: str) -> None:
    assert covered(granted, wanted) == "unknown"


@pytest.mark.parametrize(
    ("granted", "expected"),
    [("/data", "covered"), ("/data/**", "covered"), ("/data/2024", "unknown"), ("/data/*", "unknown")],
)
def test_somewhere_in_a_folder_is_covered_by_a_permission_for_all_of_it(granted: str, expected: Cover) -> None:
    assert covered(f"read:{granted}", "read:/data", is_open=True) == expected
    assert covered(f"read:{granted}", "read:/other", is_open=True) == "not covered"


@pytest.mark.parametrize("text", ["", "read", "read:", "internet:all", "READ:/a", ":x"])
def test_what_is_no_permission_is_none(text: str) -> None:
    assert permission_of(text) is None


@given(plain_paths, plain_paths)
def test_a_plain_path_covers_itself_what_is_below_it_and_nothing_else(granted: str, wanted: str) -> None:
    is_below = wanted == granted or wanted.startswith(f"{granted.rstrip('/')}/")
    assert covered(f"read:{granted}", f"read:{wanted}") == ("covered" if is_below else "not covered")


@given(any_paths, any_paths)
def test_dots_lead_out_of_no_permission(granted: str, wanted: str) -> None:
    resolved = posixpath.normpath(f"/{wanted.lstrip('/')}"), posixpath.normpath(f"/{granted.lstrip('/')}")
    assert covered(f"write:{granted}", f"write:{wanted}") == covered(f"write:{resolved[1]}", f"write:{resolved[0]}")


@given(patterns, plain_paths, words)
def test_what_covers_a_path_covers_everything_below_it(pattern: str, path: str, below: str) -> None:
    if covered(f"read:/{pattern}", f"read:{path}") == "covered":
        assert covered(f"read:/{pattern}", f"read:{path}/{below}") == "covered"


@given(patterns, plain_paths)
def test_without_folders_of_any_depth_the_parts_are_compared_one_by_one(pattern: str, path: str) -> None:
    parts, wanted = pattern.split("/"), [part for part in path.split("/") if part]
    if "**" not in parts:
        matches = len(parts) <= len(wanted) and all(
            fnmatchcase(each, part) for part, each in zip(parts, wanted, strict=False)
        )
        assert (covered(f"read:/{pattern}", f"read:{path}") == "covered") is matches


@given(st.text("aB.*", min_size=1, max_size=8), st.text("aB.", min_size=1, max_size=8), st.integers(1, 65535))
def test_hosts_have_no_case_and_ports_are_numbers(granted: str, wanted: str, port: int) -> None:
    verdict = covered(f"network:{granted}:{port}", f"network:{wanted}:{port}")
    assert covered(f"network:{granted.upper()}:{port}", f"network:{wanted.lower()}:{port}") == verdict
    assert covered(f"network:{granted}", f"network:{wanted}:{port}") == verdict
    if granted != "*":
        assert covered(f"network:{granted}:{port + 1}", f"network:{wanted}:{port}") == "not covered"


@given(st.text("aB_*?", min_size=1, max_size=6), st.text("aB_", min_size=1, max_size=6))
def test_variables_are_compared_as_globs_are(granted: str, wanted: str) -> None:
    expected = "covered" if fnmatchcase(wanted, granted) else "not covered"
    assert covered(f"env:{granted}", f"env:{wanted}") == expected


@given(st.sampled_from(PERMISSION_KINDS), details, st.sampled_from(PERMISSION_KINDS), details)
def test_every_pair_has_a_verdict_and_no_kind_covers_another(one: str, first: str, other: str, second: str) -> None:
    verdict = cover(Permission(one, first), Permission(other, second))
    assert verdict in ("covered", "unknown", "not covered")
    assert one == other or verdict == "not covered"
    assert cover(Permission(one, "*"), Permission(one, second)) == "covered"


def test_hostile_patterns_take_no_time() -> None:
    start = time.perf_counter()
    covered(f"read:/{'**/' * 2_000}x", f"read:/{'a/' * 2_000}")
    covered(f"env:{'*a' * 2_000}b", f"env:{'a' * 4_000}")
    assert time.perf_counter() - start < 10
