"""Answers that a server compresses though it was asked not to: read whole, and never more than the flow allows."""

import gzip
import tracemalloc
import zlib

import pytest

from tests.data_steps.rest.conftest import Rest
from tests.data_steps.rest.web_service import WebService, answered

WORDS = b"id,total\n" + b"1,50\n" * 40_000


def raw_deflate(content: bytes) -> bytes:
    tool = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return tool.compress(content) + tool.flush()


def zeros(megabytes: int) -> bytes:
    tool = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return b"".join(tool.compress(bytes(1 << 20)) for _ in range(megabytes)) + tool.flush()


@pytest.mark.parametrize(
    ("encoding", "sent"),
    [
        ("gzip", gzip.compress(WORDS)),
        ("X-GZip", gzip.compress(WORDS)),
        ("identity, gzip", gzip.compress(WORDS)),
        ("gzip", gzip.compress(WORDS[:5000]) + gzip.compress(WORDS[5000:]) + bytes(100)),
        ("deflate", zlib.compress(WORDS)),
        ("deflate", raw_deflate(WORDS)),
        ("aws-chunked", WORDS),
        ("", WORDS),
    ],
)
def test_what_is_compressed_comes_as_it_was(rest: Rest, service: WebService, encoding: str, sent: bytes) -> None:
    service.at("/a", answered(200, sent, Content_Encoding=encoding))
    assert rest.outputs(path="a")["text"].encode() == WORDS
    rest.ask(path="a", save_to="a.csv")
    assert (rest.ctx.artifacts_dir / "a.csv").read_bytes() == WORDS


@pytest.mark.parametrize("how", [{}, {"save_to": "a", "max_file_bytes": 1_000_000}])
def test_a_few_bytes_that_unpack_to_gigabytes_take_no_memory(
    rest: Rest, service: WebService, how: dict[str, object]
) -> None:
    service.at("/a", answered(200, zeros(400), Content_Encoding="gzip"))
    rest.said(path="a")  # what is imported for the first failure does not count
    tracemalloc.start()
    try:
        assert rest.said(path="a", **how) == "the answer is longer than 1,000,000 bytes"
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
    assert list(rest.ctx.artifacts_dir.iterdir()) == []


def test_compression_of_what_is_compressed_is_refused(rest: Rest, service: WebService) -> None:
    service.at("/a", answered(200, gzip.compress(zeros(100)), Content_Encoding="gzip, gzip"))
    assert rest.said(path="a") == "the server has compressed its answer more than once: gzip, gzip"


def test_a_compression_that_is_not_read_is_said(rest: Rest, service: WebService) -> None:
    service.at("/a", answered(200, b"\x0b\x02\x80hello\x03", Content_Encoding="br"))
    assert rest.said(path="a", save_to="a") == 'the server has compressed its answer by "br", which is not read'
    assert list(rest.ctx.artifacts_dir.iterdir()) == []


@pytest.mark.parametrize("sent", [gzip.compress(WORDS)[:-9], gzip.compress(WORDS) + gzip.compress(WORDS)[:-1]])
def test_what_ends_too_early_is_no_answer(rest: Rest, service: WebService, sent: bytes) -> None:
    service.at("/a", answered(200, sent, Content_Encoding="gzip"))
    assert rest.said(path="a", save_to="a") == "the connection ended before the whole answer had come (3 requests)"
    assert list(rest.ctx.artifacts_dir.iterdir()) == []


def test_what_is_damaged_is_said(rest: Rest, service: WebService) -> None:
    damaged = bytearray(gzip.compress(WORDS))
    damaged[-5] ^= 1
    service.at("/a", answered(200, bytes(damaged), Content_Encoding="gzip"))
    assert rest.said(path="a") == "what the server sends cannot be decompressed"


@pytest.mark.parametrize("encoding", ["gzip", "br", "gzip, br"])
def test_an_answer_without_content_may_be_said_to_be_compressed(rest: Rest, service: WebService, encoding: str) -> None:
    service.at("/a", answered(200, gzip.compress(WORDS), Content_Encoding=encoding))
    assert rest.outputs(path="a", method="HEAD")["bytes"] == 0
    service.at("/a", answered(204, Content_Encoding=encoding))
    assert rest.outputs(path="a")["bytes"] == 0
