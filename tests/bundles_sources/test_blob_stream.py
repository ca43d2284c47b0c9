"""The output of `git cat-file --batch` is cut into objects, however it comes in pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.bundles.file_tree.faults import SourceFault
from aetherflow.core.bundles.git.blobs import BlobStream


class Kept:
    """Keeps the objects that it is given."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.contents: list[bytes] = []
        self._pieces: list[bytes] = []

    def begin(self, size: int) -> None:
        """Begin."""
        self.sizes.append(size)
        self._pieces = []

    def take(self, data: bytes) -> None:
        """Take."""
        self._pieces.append(data)

    def end(self) -> None:
        """End."""
        self.contents.append(b"".join(self._pieces))


def output_of(contents: list[bytes]) -> bytes:
    """Write objects as git does."""
    return b"".join(b"%040x blob %d\n%s\n" % (number, len(each), each) for number, each in enumerate(contents))


@given(st.lists(st.binary(max_size=300) | st.just(b"\n\nabc blob 3\n"), max_size=8), st.integers(1, 400))
def test_objects_come_out_as_they_went_in_wherever_the_output_is_cut(contents: list[bytes], piece: int) -> None:
    kept = Kept()
    stream = BlobStream(kept)
    output = output_of(contents)
    for at in range(0, len(output), piece):
        stream.take(output[at : at + piece])
    assert (kept.contents, kept.sizes, stream.complete) == (contents, list(map(len, contents)), len(contents))


@pytest.mark.parametrize("output", [b"abc missing\n", b"abc tree 3\nxyz\n", b"x" * 300, b"fatal: broken\n"])
def test_what_is_no_object_is_a_fault(output: bytes) -> None:
    with pytest.raises(SourceFault, match="git failed"):
        BlobStream(Kept()).take(output)
