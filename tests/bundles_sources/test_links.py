"""Links inside a tree are followed as the system follows them, and never for ever."""

import itertools
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aetherflow.core.bundles.deadline import Deadline, TimeIsUp
from aetherflow.core.bundles.file_tree.faults import SourceFault
from aetherflow.core.bundles.file_tree.links import FollowedLinks, follow_links

FILES = ["f", "a/f", "a/b/f", "c/f"]
LINKS = ["l", "m", "a/l", "a/b/l", "c/l", "d/l"]
TARGETS = ["f", "a", "../f", "..", "../a", "a/b", "../..", "l", "../l", "m", "nothing", "c/l", "../c", "./f",
           "b/../f", "d", "e", "e/../f", "f/", "f/../f", "a/./f"]  # fmt: skip


def any_time() -> None:
    """Let links take as long as they do."""


def test_a_chain_of_links_is_followed_to_its_end() -> None:
    assert follow_links(["f"], {"a": "b", "b": "c", "c": "f"}, 10, any_time) == FollowedLinks(
        {"a": "f", "b": "f", "c": "f"}, ()
    )


def test_links_in_a_linked_folder_are_followed_from_where_they_are() -> None:
    followed = follow_links(["f", "a/g"], {"a/up": "../f", "b": "a"}, 10, any_time)
    assert followed.copies == {"a/up": "f", "b/g": "a/g", "b/up": "f"}


def test_links_to_folders_that_link_to_each_other_are_refused() -> None:
    with pytest.raises(SourceFault, match="leads to a folder that it is in itself"):
        follow_links(["a/f", "b/f"], {"a/b": "../b", "b/a": "../a"}, 1000, any_time)


def test_links_that_double_at_each_level_end_at_the_limit() -> None:
    links = {f"d{level}/{side}": f"../d{level + 1}" for level in range(40) for side in "ab"}
    with pytest.raises(SourceFault, match="lead to more than 1,000 files"):
        follow_links(["d40/f"], links, 1000, any_time)


def test_a_long_chain_of_linked_folders_ends_without_an_error_of_ours() -> None:
    links = {f"d{level}/l": f"../d{level + 1}" for level in range(5000)}
    with pytest.raises(SourceFault, match=r"lead too deep|more than"):
        follow_links(["d5000/f"], links, 100_000, any_time)


def test_links_whose_following_takes_too_long_end_in_time() -> None:
    detour = "./" * 2000
    links = {f"z{number}": f"{detour}c0" for number in range(20_000)}
    links |= {f"c{number}": f"{detour}c{number + 1}" for number in range(38)}
    ticks = itertools.count()
    with pytest.raises(TimeIsUp):
        follow_links(["c38"], links, 50_000, Deadline(100, lambda: next(ticks)).check)
    assert next(ticks) == 101


def test_copies_whose_paths_are_too_long_for_a_system_are_refused() -> None:
    links = {f"d{level}/{'ü' * 120}": f"../d{level + 1}" for level in range(4)}
    assert follow_links(["d4/f"], links, 1000, any_time).copies
    with pytest.raises(SourceFault, match="lead too deep"):
        follow_links([f"d4/{'ü' * 120}"], links, 1000, any_time)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(LINKS), st.sampled_from(TARGETS), max_size=5))
def test_what_is_copied_is_what_the_system_reads_there(links: dict[str, str]) -> None:
    try:
        followed = follow_links(FILES, links, 1000, any_time, ["e"])
    except SourceFault:
        return
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "e").mkdir()
        for path in (*FILES, *links):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
        for path in FILES:
            (root / path).write_text(path)
        for path, target in links.items():
            (root / path).symlink_to(target)
        assert {path: (root / path).read_text() for path in followed.copies} == followed.copies
        assert all(not (root / path).is_file() for path in followed.dangling)
        seen = {
            f"{os.path.relpath(at, root)}/{file}".removeprefix("./") for at, _, files in _walk(root) for file in files
        }
        assert {path for path in seen if (root / path).is_file()} == {*FILES, *followed.copies}


def _walk(root: Path) -> list[tuple[str, list[str], list[str]]]:
    return list(os.walk(root, followlinks=True))
