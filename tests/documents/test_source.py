"""Bytes become a text, or a finding that says why not."""

import pytest

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.documents.source import MAX_DOCUMENT_BYTES, decode_source


def refused(data: bytes) -> Diagnostic:
    with pytest.raises(InputError) as caught:
        decode_source("flow.yaml", data)
    assert caught.value.exit_code == 2
    (finding,) = caught.value.diagnostics
    assert finding.span is not None
    assert finding.span.file == "flow.yaml"
    return finding


def test_utf_8_is_read_without_its_mark() -> None:
    assert decode_source("f", b"\xef\xbb\xbfa: \xc3\xa9").text == "a: é"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named(encoding: str) -> None:
    finding = refused("version: 1".encode(encoding))
    assert (finding.code, finding.message) == ("AF-Y003", "the document is encoded as UTF-16, not as UTF-8")


def test_utf_32_is_named() -> None:
    assert refused("version: 1".encode("utf-32")).message == "the document is encoded as UTF-32, not as UTF-8"


def test_a_binary_file_is_named() -> None:
    finding = refused(b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x3e\x00")
    assert (finding.code, finding.message) == ("AF-Y002", "this is a binary file, not a text")


def test_invalid_utf_8_is_shown_at_its_place() -> None:
    finding = refused(b"a: 1\nb: \xc3\xa9 xyz\xe9\n")
    assert (finding.code, finding.message) == ("AF-Y004", "the byte 0xE9 at offset 14 is not valid UTF-8")
    assert finding.span is not None
    assert (finding.span.line, finding.span.column) == (2, 9)


def test_a_document_beyond_the_cap_is_refused() -> None:
    finding = refused(b"#" * (MAX_DOCUMENT_BYTES + 1))
    assert (finding.code, finding.message) == (
        "AF-Y001",
        "the document is too large: 33,554,433 bytes of at most 33,554,432",
    )
