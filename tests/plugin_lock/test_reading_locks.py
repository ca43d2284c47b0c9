"""A lock that somebody edited, merged, cut off or forged is a finding with a place, and never taken for a lock."""

import os
import socket
from pathlib import Path

import pytest

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.lock_file import MAX_LOCK_BYTES, PluginLock, lock_bytes, read_lock
from tests.plugin_lock.plugins import locked

GOOD = lock_bytes([locked(), locked("payments", load_order=2)])


def refused(folder: Path, content: bytes) -> Diagnostic:
    """Read a lock that is none, and give what is said of it."""
    path = folder / "aetherflow.plugins.lock"
    path.write_bytes(content)
    reading = read_lock(path, "the.lock")
    assert reading.lock is None
    (finding,) = reading.diagnostics
    assert (finding.code, finding.severity) == ("AF-P403", Severity.ERROR)
    return finding


def accepted(folder: Path, content: bytes) -> PluginLock:
    (folder / "lock").write_bytes(content)
    reading = read_lock(folder / "lock")
    assert reading.lock is not None, reading.diagnostics
    return reading.lock


def place(finding: Diagnostic) -> tuple[int, int]:
    assert finding.span
    assert finding.span.file == "the.lock"
    return finding.span.line, finding.span.column


EDITED = {
    "a name with a line break": (b'"orders"', rb'"or\nders"', r"'or\nders' is empty or cannot be printed", (4, 5)),
    "a name with a NUL": (b'"orders"', rb'"or\u0000ders"', r"'or\x00ders' is empty or cannot be printed", (4, 5)),
    "an empty name": (b'"orders"', b'""', "'' is empty or cannot be printed", (4, 5)),
    "a number for a version": (b'"1"', b"1", "expected `str`, got `int`", (6, 18)),
    "an origin that is none": (b'"flag"', b'"flog"', "invalid enum value 'flog'", (7, 17)),
    "a digest of another kind": (
        b': {\n        "steps.py": "sha256',
        b': {\n        "steps.py": "md5',
        'a digest is "sha256:" and 64 hexadecimal digits',
        (9, 16),
    ),
    "a digest that is too long": (
        b'",\n        "\xc3',
        b'0",\n        "\xc3',
        'a digest is "sha256:" and 64 hexadecimal digits',
        (9, 16),
    ),
    "a digest that was edited": (b'b855"', b'b856"', 'the digest of "orders" is not that of its files', (4, 5)),
    "a path that leads out": (
        b'"steps.py"',
        b'"../steps.py"',
        "'../steps.py' is no path of a file below a plugin's root",
        (4, 5),
    ),
    "an absolute path": (
        b'"steps.py"',
        b'"/etc/passwd"',
        "'/etc/passwd' is no path of a file below a plugin's root",
        (4, 5),
    ),
    "an unknown key": (b'"files"', b'"filez"', "object contains unknown field `filez`", (4, 5)),
    "a missing key": (b'      "load_order": 1,\n', b"", "object missing required field `load_order`", (4, 5)),
    "a key that stands twice": (
        b'"signer": null',
        b'"signer": "me", "signer": null',
        "the key 'signer' stands twice",
        (17, 23),
    ),
    "an order that is none": (
        b'"load_order": 2',
        b'"load_order": 1',
        "the load orders of the plugins are not 1, 2, 3 … in the order of the file",
        (1, 1),
    ),
    "a huge number": (b'"load_order": 2', b'"load_order": ' + b"9" * 5000, "integer value out of range", (31, 21)),
    "a newer form": (
        b"lock 1",
        b"lock 2",
        'its form is "aetherflow plugins lock 2", which this version of aetherflow does not know',
        (2, 11),
    ),
    "another form": (b"lock 1", b"log 1", "invalid enum value 'aetherflow plugins log 1'", (2, 11)),
    "a conflict of a merge": (
        b'  "plugins"',
        b'<<<<<<< HEAD\n  "plugins"',
        "it is no JSON: object keys must be strings",
        (3, 1),
    ),
    "a comma too many": (b'"read:/data"', b'"read:/data",', "it is no JSON: trailing comma in array", (15, 7)),
    "what comes behind it": (b"\n  ]\n}\n", b"\n  ]\n}\n{}", "it is no JSON: trailing characters", (36, 2)),
    "a raw NUL": (b'"orders"', b'"or\x00ders"', "this is a binary file, not a text", (1, 1)),
    "what is not UTF-8": (b'"orders"', b'"or\xffders"', "the byte 0xFF at offset 79 is not valid UTF-8", (5, 18)),
    "half a character": (
        b'"orders"',
        rb'"\ud800"',
        "it is no JSON: unexpected end of escaped utf-16 surrogate pair",
        (5, 22),
    ),
}


@pytest.mark.parametrize(("wanted", "written", "reason", "at"), EDITED.values(), ids=EDITED)
def test_what_was_edited_is_told_with_its_place(
    tmp_path: Path, wanted: bytes, written: bytes, reason: str, at: tuple[int, int]
) -> None:
    assert wanted in GOOD
    finding = refused(tmp_path, GOOD.replace(wanted, written, 1))
    assert (finding.message, place(finding)) == (f"the lock of plugins cannot be used: {reason}", at)


def test_the_hint_says_how_to_write_it_anew(tmp_path: Path) -> None:
    assert refused(tmp_path, b"{").hint == "take it back to what it was, or write it anew: `aetherflow plugins sync`"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is no JSON: it ends too early"),
        (b"null", "expected `object`, got `null`"),
        (b"[" * 1_000_000, "expected `object`, got `array`"),
        (b'{"form":' * 100_000, "expected `str`, got `object`"),
        (b'{"plugins":' * 100_000, "expected `array`, got `object`"),
        (b'{"plugins": [' + b"[" * 100_000, "expected `object`, got `array`"),
        (GOOD[:200], "it is no JSON: it ends too early"),
        (GOOD.decode().encode("utf-16"), "the document is encoded as UTF-16, not as UTF-8"),
    ],
    ids=["empty", "null", "deep lists", "deep objects", "deep plugins", "deep in plugins", "cut off", "UTF-16"],
)
def test_what_is_no_lock_at_all_is_a_finding(tmp_path: Path, content: bytes, reason: str) -> None:
    assert refused(tmp_path, content).message == f"the lock of plugins cannot be used: {reason}"


def test_every_cut_and_every_changed_byte_is_a_finding_or_a_lock(tmp_path: Path) -> None:
    for place in range(0, len(GOOD), 7):
        for content in (GOOD[:place], GOOD[:place] + b"\x01" + GOOD[place + 1 :], GOOD[:place] + b'"' + GOOD[place:]):
            (tmp_path / "lock").write_bytes(content)
            reading = read_lock(tmp_path / "lock")
            assert (reading.lock is None) == bool(reading.diagnostics)


def test_another_spelling_of_the_same_is_the_same_lock(tmp_path: Path) -> None:
    spelt = GOOD.replace(b"\n", b"\r\n\t").replace("ü".encode(), rb"\u00fc")
    assert accepted(tmp_path, spelt).plugins == accepted(tmp_path, GOOD).plugins


def test_no_file_is_no_lock_and_no_finding(tmp_path: Path) -> None:
    reading = read_lock(tmp_path / "lock")
    assert (reading.lock, reading.diagnostics) == (None, ())


def unreadable(path: Path) -> str:
    reading = read_lock(path, "the.lock")
    assert reading.lock is None
    (finding,) = reading.diagnostics
    assert finding.code == "AF-P403"
    return finding.message.removeprefix('the lock of plugins "the.lock" cannot be read: ')


def test_what_is_no_file_is_a_finding_and_waits_for_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert unreadable(tmp_path / "pipe") == "not a regular file"
    assert unreadable(Path("/dev/zero")) == "not a regular file"
    assert unreadable(tmp_path) == "is a directory"
    assert unreadable(tmp_path / "loop") == "too many levels of symbolic links"
    assert unreadable(Path("a\0b")) == "its path contains a NUL"


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("wb") as stream:
        stream.truncate(MAX_LOCK_BYTES + 1)
    assert unreadable(tmp_path / "lock") == "larger than 33,554,432 bytes"


def test_a_lock_that_may_not_be_read_is_a_finding(without_root: Path) -> None:
    (without_root / "lock").write_bytes(GOOD)
    (without_root / "lock").chmod(0)
    assert unreadable(without_root / "lock") == "permission denied"


def test_only_absence_is_absence(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    (tmp_path / "far").symlink_to("no/such/folder/lock")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        assert unreadable(tmp_path / "socket") == "no such device or address"
    assert unreadable(tmp_path / "dangling") == "it is a link that leads nowhere"
    assert unreadable(tmp_path / "far") == "it is a link that leads nowhere"


def test_a_link_to_a_lock_is_read(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(GOOD)
    (tmp_path / "link").symlink_to("lock")
    reading = read_lock(tmp_path / "link")
    assert reading.lock is not None
