"""However the bytes arrive, the lines that come out are the same, and no cut splits a secret."""

from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.processes.lines import LONGEST_LINE_BYTES, LineFeed, safe_cut, shown_line
from tests.processes.running import hide_secret


def fed(chunks: list[bytes], errors: str = "surrogateescape") -> list[str]:
    pieces: list[str] = []
    feed = LineFeed(hide_secret, pieces.append, errors=errors)
    for chunk in chunks:
        feed.feed(chunk)
    feed.close()
    return pieces


@given(st.lists(st.binary(max_size=30)))
def test_no_byte_is_lost_or_moved(chunks: list[bytes]) -> None:
    data = b"".join(chunks)
    assert "".join(fed(chunks)).encode("utf-8", "surrogateescape") == data


@given(st.lists(st.sampled_from([b"open", b"sesame", b"opensesame", b"\n", b"\xc3", b"\xa4", b"x"])))
def test_masking_does_not_depend_on_how_the_bytes_arrive(chunks: list[bytes]) -> None:
    assert "".join(fed(chunks)) == hide_secret(b"".join(chunks).decode("utf-8", "surrogateescape"))


def test_a_very_long_line_comes_in_bounded_pieces_that_split_neither_secrets_nor_characters() -> None:
    data = "äopensesame".encode() * 100_000
    pieces = fed([data[start : start + 1000] for start in range(0, len(data), 1000)])
    assert "".join(pieces) == "ä***" * 100_000
    assert max(map(len, pieces)) <= LONGEST_LINE_BYTES


def test_a_cut_moves_back_before_a_secret() -> None:
    data = b"." * 20 + b"opensesame" + b"." * 20
    assert safe_cut(data, 23, lambda piece: hide_secret(piece.decode())) == 20


def test_a_line_is_shown_as_a_terminal_would_leave_it() -> None:
    assert shown_line("1%\r2%\r\n") == "2%"
