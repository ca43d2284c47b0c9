"""What plugins have too much of for a page to show."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.docs_blocks.around import Replaced
from tests.docs_blocks.served import Folder


@contextmanager
def naming_many(folder: Folder, shortened: str, count: str) -> Iterator[Replaced]:
    """Write out a list that the page shortens: "p3, …" becomes "p3, p4, p5" and so on, to the count."""
    first = int(shortened.removeprefix("p").partition(",")[0])
    yield {shortened: ", ".join(f"p{number}" for number in range(first, int(count) + 1))}
