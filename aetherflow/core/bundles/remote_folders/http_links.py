"""What the page says that a web server makes of a folder: the links on it that lead right into the folder."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from msgspec import Struct


class Link(Struct, frozen=True):
    """An entry of a folder: its name as it is, its URL as it is written."""

    name: str
    url: str
    is_folder: bool


class LinkReader(HTMLParser):
    """Collects the links of a page, which may come in pieces."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take note of where a link leads."""
        self.targets += [value for key, value in attributes if tag == "a" and key == "href" and value]


def links_into(folder_url: str, targets: list[str]) -> Iterator[Link]:
    """Give the entries that the links of a folder's page lead to, each once.

    Links to elsewhere are none: the parent, the ways to sort the page, the server's home. Raises UnicodeDecodeError
    for a name that is no text.
    """
    folder = urlsplit(folder_url)
    seen = set()
    for target in targets:
        link = _link(folder, folder_url, target)
        if link and link.url not in seen:
            seen.add(link.url)
            yield link


def _link(folder: SplitResult, folder_url: str, target: str) -> Link | None:
    try:
        parts = urlsplit(urljoin(folder_url, target))
    except ValueError:
        return None
    is_here = (parts.scheme, parts.netloc) == (folder.scheme, folder.netloc) and parts.path.startswith(folder.path)
    written = parts.path[len(folder.path) :]
    if not is_here or parts.query or not written.strip("/"):
        return None
    name = written.removesuffix("/")
    if "/" in name:
        return None  # deeper: the page of the folder in between says it
    return Link(unquote(name, errors="strict"), parts._replace(fragment="").geturl(), written != name)
