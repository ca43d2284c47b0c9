"""The items of a list that comes in pages."""

import re
from collections.abc import Iterator
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.web.addresses import next_page
from aetherflow.core.builtins.web.asking import with_query
from aetherflow.core.builtins.web.exchange import Ask
from aetherflow.core.builtins.web.inputs import Pagination

_MISSING = object()
#: One link of the header `Link`: its target, which has no "<" in it, so that none is looked at twice; its parameters.
_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^",;\s]+))*)')
_REL_NEXT = re.compile(r';\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?=\s*(?:;|$)))', re.I)


class Page(Struct, frozen=True):
    """One page as it came: where from, its header `Link`, and its JSON."""

    url: str
    link: str | None
    value: Any


class AskForPage(Protocol):
    """Asks for one page."""

    def __call__(self, ask: Ask) -> Page:
        """Give the page."""
        ...


def pages(first: Ask, how: Pagination, service: str, ask_for: AskForPage) -> Iterator[list[Any]]:
    """Give the items of page after page; StepFailed where there are more pages than allowed, or no end."""
    ask, asked = first, {first.url}
    for _ in range(how.max_pages):
        page = ask_for(ask)
        yield _items(page.value, how.items)
        url = _next_url(page, how, first.url, service)
        if url is None:
            return
        if url in asked:
            raise StepFailed("the pages go in a circle: the next one has been asked for already")
        asked.add(url)
        ask = replace(ask, url=url)
    raise StepFailed(f"there are more than {how.max_pages:,} pages", hint="raise `pagination.max_pages`")


def _next_url(page: Page, how: Pagination, first_url: str, service: str) -> str | None:
    if how.type == "link":
        target = _next_link(page.link)
        return next_page(page.url, target, service) if target else None
    cursor = _found(page.value, how.cursor) if how.cursor else _MISSING
    if cursor is _MISSING or cursor in (None, "", False):
        return None
    if not isinstance(cursor, str | int):
        raise StepFailed(f'the cursor "{how.cursor}" of the page is neither text nor number')
    if how.cursor_param is None:
        return next_page(page.url, str(cursor), service)
    return _with_cursor(first_url, how.cursor_param, cursor)


def _with_cursor(url: str, name: str, cursor: str | int) -> str:
    """Give the URL with the cursor in its parameter, in the place of the one that the first page was asked with."""
    parts = urlsplit(url)
    others = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
    return with_query(parts._replace(query=urlencode(others)).geturl(), {name: cursor})


def _next_link(header: str | None) -> str | None:
    for target, parameters in _LINK.findall(header or ""):
        if _REL_NEXT.search(parameters):
            return str(target)
    return None


def _items(value: Any, path: str) -> list[Any]:
    found = _found(value, path) if path else value
    if isinstance(found, list):
        return found
    what = f'"{path}" of the page' if path else "the page"
    if found is _MISSING:
        raise StepFailed(f"{what} is not there", hint="`pagination.items` says where in a page its items are")
    raise StepFailed(f"{what} is no list", hint="`pagination.items` says where in a page its items are")


def _found(value: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return _MISSING
    return value
