"""Digests are of names and contents, and the same everywhere."""

from aetherflow.core.plugins.builtin_index import PACKAGE_ROOT
from aetherflow.core.plugins.digests import bytes_digest, short_path_digest, tree_digest
from tests.support.write_builtin_index import tree_digest as digest_of_folder

EMPTY = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_digest_of_a_file_is_its_sha256() -> None:
    assert bytes_digest(b"") == EMPTY


def test_the_digest_of_a_tree_never_changes() -> None:
    assert tree_digest({}) == EMPTY
    assert tree_digest({"a.py": EMPTY}) == "sha256:d1f0827872c917ed29ded8768ae426a9a03d92d4d2186960070965ca50330803"


def test_the_order_of_files_makes_no_difference() -> None:
    one, two = bytes_digest(b"1"), bytes_digest(b"2")
    assert tree_digest({"a/b.py": one, "a.py": two}) == tree_digest({"a.py": two, "a/b.py": one})


def test_names_and_contents_make_a_difference() -> None:
    one, two = bytes_digest(b"1"), bytes_digest(b"2")
    trees = [
        {"a": one},
        {"b": one},
        {"a": two},
        {"a": one, "b": one},
        {"a": two, "b": one},
        {"\u00e9": one},
        {"e\u0301": one},
    ]
    assert len({tree_digest(tree) for tree in trees}) == len(trees)


def test_a_name_cannot_look_like_two_files() -> None:
    hex_digits = EMPTY.removeprefix("sha256:")
    assert tree_digest({f"a {hex_digits}\nb": EMPTY}) != tree_digest({"a": EMPTY, "b": EMPTY})
    assert tree_digest({"a\\nb": EMPTY}) != tree_digest({"a\nb": EMPTY})


def test_a_name_that_is_no_text_has_a_digest() -> None:
    assert tree_digest({"\udcff.py": EMPTY}) != tree_digest({})
    assert len(short_path_digest("/\udcff")) == 8


def test_the_built_ins_are_digested_in_the_same_way() -> None:
    folder = PACKAGE_ROOT / "core/builtins"
    files = {file.relative_to(folder).as_posix(): bytes_digest(file.read_bytes()) for file in folder.rglob("*.py")}
    assert tree_digest(files) == digest_of_folder(folder)
