"""Remote folders: a server that has some, and places where there is none."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.docs_blocks.around import Replaced
from tests.docs_blocks.served import Folder


@contextmanager
def nowhere(folder: Folder, host: str) -> Iterator[Replaced]:
    """Have a name that no name server knows."""
    yield {host: "flies.invalid"}


@contextmanager
def nobody(folder: Folder, address: str) -> Iterator[Replaced]:
    """Have a port at which nobody listens."""
    yield {address: "127.0.0.1:9"}
