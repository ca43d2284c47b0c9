"""Whatever the bytes: there is one finding or a bundle, and nothing outside its folder."""

import io
import os
import tarfile
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as some

from aetherflow.core.bundles.values import FetchFailed
from aetherflow.core.documents.inner_paths import inner_path
from tests.bundles_archives.archives import fetched, tar_of, told, tree, zip_of
from tests.bundles_archives.hand_made import ZipEntry, hand_made_zip

SEEDS = [
    zip_of({"a": b"1" * 100, "b/c": b"2"}),
    zip_of({"a": b"1", "b/c": b"2"}, compression=0),
    tar_of({"a": b"1", "b/" + "c" * 120: b"2"}),
    tar_of({"a": b"1", "b/" + "c" * 120: b"2"}, form=tarfile.PAX_FORMAT),
    *(tar_of({"a": b"1", "b/c": b"2"}, mode=f"w:{compression}") for compression in ("gz", "bz2", "xz")),
]
NAMES = some.text(
    some.one_of(some.sampled_from("./\\:\0aAäÄ\u0308"), some.characters(codec="utf-8")), min_size=1, max_size=20
)
MODES = some.integers(0, 0xFFFF)
KINDS = some.sampled_from([bytes([kind]) for kind in b"0123456789ADKLMNSVXgx\0"])


def holds(content: bytes) -> None:
    """Fetch it, and look at what is there then."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "work"
        root.mkdir()
        try:
            fetched(root, content)
        except FetchFailed as failure:
            assert told(failure).startswith("AF-B1")
            assert tree(root) == ["into", "orders.zip"]
        assert [path.name for path in Path(folder).iterdir()] == ["work"]
        assert sorted(path.name for path in root.iterdir()) == ["into", "orders.zip"]
        for path in tree(root / "into"):
            inner_path(path)
            assert (root / "into" / path).is_dir() or (root / "into" / path).is_file()
            assert not (root / "into" / path).is_symlink()
            assert os.lstat(root / "into" / path).st_mode & 0o7077 == 0


@settings(deadline=None)
@given(some.binary(max_size=2000))
def test_no_bytes_raise_anything_but_a_finding(content: bytes) -> None:
    holds(content)


@settings(deadline=None)
@given(
    some.sampled_from([b"PK\3\4", b"PK\5\6", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0", b"ustar"]),
    some.binary(max_size=600),
)
def test_no_bytes_behind_a_familiar_beginning_raise_anything_but_a_finding(begin: bytes, content: bytes) -> None:
    holds(begin + content)


@settings(max_examples=200, deadline=None)
@given(some.sampled_from(SEEDS), some.lists(some.tuples(some.floats(0, 1), some.binary(max_size=4)), max_size=4))
def test_no_change_to_an_archive_raises_anything_but_a_finding(seed: bytes, changes: list[tuple[float, bytes]]) -> None:
    content = seed
    for place, written in changes:
        at = round(place * len(content))
        content = content[:at] + written + content[at + len(written) :]
    holds(content)


@settings(deadline=None)
@given(some.sampled_from(SEEDS), some.floats(0, 1), some.floats(0, 1), some.binary(max_size=30))
def test_no_cut_raises_anything_but_a_finding(seed: bytes, begin: float, end: float, between: bytes) -> None:
    first, second = sorted((round(begin * len(seed)), round(end * len(seed))))
    holds(seed[:first] + between + seed[second:])


@settings(deadline=None)
@given(some.lists(some.tuples(NAMES, MODES, some.binary(max_size=5)), max_size=5))
def test_no_names_in_a_zip_file_lead_out(entries: list[tuple[str, int, bytes]]) -> None:
    holds(hand_made_zip(*(ZipEntry(name=name.encode(), mode=mode, content=content) for name, mode, content in entries)))


@settings(deadline=None)
@given(
    some.lists(some.tuples(NAMES, KINDS, NAMES, some.integers(-1, 2**40), some.binary(max_size=600)), max_size=5),
    some.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
)
def test_no_members_of_a_tar_file_lead_out(entries: list[tuple[str, bytes, str, int, bytes]], form: int) -> None:
    content = io.BytesIO()
    for name, kind, target, mode, data in entries:
        info = tarfile.TarInfo(name)
        info.type, info.linkname, info.mode, info.size = kind, target, max(mode, 0) % 0o7777777, len(data)
        content.write(info.tobuf(form, "utf-8", "surrogateescape"))
        content.write(data + bytes(-len(data) % 512))
    holds(content.getvalue() + bytes(1024))
