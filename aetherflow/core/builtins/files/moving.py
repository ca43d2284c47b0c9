"""Moves the bytes of one file: read as they were listed, written so that nobody sees half of them."""

from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from hashlib import sha256

from msgspec import Struct

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.files.hand import Hand
from aetherflow.core.builtins.files.selection import asked
from aetherflow.core.builtins.files.side import Side
from aetherflow.core.builtins.files.store import Draft, Entry

_TRY_AGAIN = "`retry` on the step tries again; `min_age_seconds` leaves out files that are still being written"


class Delivery(Struct, frozen=True):
    """Where a file is written to; ``is_read_back`` compares what is there in the end with what was sent."""

    side: Side
    target: str
    part_name: str
    size: int
    is_read_back: bool = False


def read_whole(hand: Hand, side: Side, entry: Entry) -> Generator[bytes, None, None]:
    """Read a file of a resource; StepFailed at its end where it is not what it was when it was listed.

    To be closed by whoever reads it.
    """
    store = hand.store(side)
    doing = f'reading "{entry.path}"'
    size = 0
    with closing(store.chunks(entry)) as chunks:
        while (chunk := _next(hand, side, doing, chunks)) is not None:
            size += len(chunk)
            if size > entry.size:
                raise _changed(side, entry)
            hand.moved(len(chunk))
            yield chunk
    now = asked(hand, side, entry.path)
    if now is None or size != entry.size or not now.is_same_as(entry):
        raise _changed(side, entry)


def _next(hand: Hand, side: Side, doing: str, chunks: Iterator[bytes]) -> bytes | None:
    hand.begin(side, doing)
    with side.told(hand.doing):
        return next(chunks, None)


def deliver(hand: Hand, delivery: Delivery, source: Generator[bytes, None, None], *, counts: bool) -> str:
    """Write a file into a resource, and give its sha256; ``counts`` tells that nobody has counted its bytes yet."""
    with closing(source) as chunks:
        return _delivered(hand, delivery, chunks, counts=counts)


def _delivered(hand: Hand, delivery: Delivery, chunks: Iterator[bytes], *, counts: bool) -> str:
    side, target = delivery.side, delivery.target
    store = hand.store(side)
    hand.begin(side, f'writing "{target}"')
    with side.told(hand.doing):
        draft = store.draft(target, delivery.part_name, delivery.size)
    try:
        sent, digest = _sent(hand, side, draft, target, chunks, counts=counts)
        hand.begin(side, f'finishing "{target}"')
        with side.told(hand.doing):
            readable = draft.finish()
        if readable is not None:
            _check(hand, delivery, readable, sent, digest)
        hand.begin(side, f'publishing "{target}"')
        with side.told(hand.doing):
            draft.publish()
    except BaseException:  # whatever ended it, the part is of no use
        with suppress(Exception):  # foreign code: what went wrong before matters more
            draft.discard()
        raise
    if readable is None:
        _check_published(hand, delivery, sent, digest)
    return digest


def _sent(
    hand: Hand, side: Side, draft: Draft, target: str, chunks: Iterator[bytes], *, counts: bool
) -> tuple[int, str]:
    digest, sent = sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        sent += len(chunk)
        hand.begin(side, f'writing "{target}"')
        with side.told(hand.doing):
            draft.write(chunk)
        hand.moved(len(chunk) if counts else 0)
    return sent, digest.hexdigest()


def _check(hand: Hand, delivery: Delivery, path: str, sent: int, digest: str) -> Entry:
    """Raise StepFailed unless all that was sent is there."""
    side = delivery.side
    entry = asked(hand, side, path)
    if entry is None or entry.size != sent:
        there = "nothing" if entry is None else f"{entry.size:,} bytes"
        raise side.failed(f'of "{delivery.target}" {sent:,} bytes were sent, but {there} are there', _SPACE)
    if delivery.is_read_back and _digest_of(hand, side, entry) != digest:
        raise side.failed(f'"{delivery.target}" reads back as something else than was sent', _SPACE)
    return entry


_SPACE = "look at the server's disk and quota"


def _check_published(hand: Hand, delivery: Delivery, sent: int, digest: str) -> None:
    try:
        _check(hand, delivery, delivery.target, sent, digest)
    except StepFailed:
        store = hand.store(delivery.side)
        with suppress(Exception):  # foreign code: what is wrong with the file matters more
            store.remove(delivery.target)
        raise


def _digest_of(hand: Hand, side: Side, entry: Entry) -> str:
    digest = sha256()
    store = hand.store(side)
    hand.begin(side, f'reading "{entry.path}" back')
    with side.told(hand.doing), closing(store.chunks(entry)) as chunks:
        for chunk in chunks:
            digest.update(chunk)
            hand.moved(0)
    return digest.hexdigest()


def _changed(side: Side, entry: Entry) -> StepFailed:
    return side.failed(f'"{entry.path}" changed while it was read', _TRY_AGAIN)
