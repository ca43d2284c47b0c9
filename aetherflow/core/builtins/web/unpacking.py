"""Takes an answer out of its compression, a little at a time: a few bytes may stand for more than memory has.

The library unpacks whatever has come at once, layer upon layer; and it notices neither content that ends too early nor
what follows the first member of gzip.
"""

import zlib
from collections.abc import Iterator

from aetherflow.core.api import StepFailed

_MOST_AT_ONCE_BYTES = 64 * 1024
_GZIP_BITS = zlib.MAX_WBITS | 16
_READ = ("gzip", "x-gzip", "deflate")
#: What else there is; other words do not say that anything is compressed.
_NOT_READ = ("br", "zstd", "compress", "x-compress")


def unpacked(pieces: Iterator[bytes], encoding: str | None) -> Iterator[bytes]:
    """Give content as it was before the server compressed it.

    Raises StepFailed for compressions that are not read, or several on top of each other, and httpx's errors for
    content that is damaged, or not whole.
    """
    known = [each for text in (encoding or "").split(",") if (each := text.strip().lower()) in _READ + _NOT_READ]
    if not known:
        return pieces
    if len(known) > 1 or known[0] in _NOT_READ:
        return _refused(pieces, known)
    return _told(_inflated(pieces, None if known[0] == "deflate" else _GZIP_BITS))


def _refused(pieces: Iterator[bytes], known: list[str]) -> Iterator[bytes]:
    for _ in pieces:  # there may be nothing that is compressed, as by HEAD
        said = f'by "{known[0]}", which is not read' if len(known) == 1 else f"more than once: {', '.join(known)}"
        raise StepFailed(
            f"the server has compressed its answer {said}",
            hint="it was asked not to compress at all; what is compressed again and again is made to fill memory",
        )
    yield from ()


def _inflated(pieces: Iterator[bytes], bits: int | None) -> Iterator[bytes]:
    tool = None  # there is none before the first member, and behind each
    for piece in pieces:
        left, is_full = piece, False
        while left or is_full:
            tool = tool or zlib.decompressobj(bits or _bits_of_deflate(left))
            data = tool.decompress(left, _MOST_AT_ONCE_BYTES)
            if data:
                yield data
            left, is_full = tool.unconsumed_tail, len(data) == _MOST_AT_ONCE_BYTES
            if tool.eof:
                left, is_full, tool = tool.unused_data.lstrip(b"\0"), False, None
    if tool is not None:
        raise EOFError


def _bits_of_deflate(beginning: bytes) -> int:
    """Tell `deflate` as it should be, with a head of zlib, from that of servers that leave the head away."""
    has_head = len(beginning) > 1 and beginning[0] & 0x0F == 8 and int.from_bytes(beginning[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if has_head else -zlib.MAX_WBITS


def _told(pieces: Iterator[bytes]) -> Iterator[bytes]:
    import httpx  # deferred: an extra, which is there by now

    try:
        yield from pieces
    except zlib.error:
        raise httpx.DecodingError("damaged") from None
    except EOFError:
        raise httpx.RemoteProtocolError("peer closed connection") from None
