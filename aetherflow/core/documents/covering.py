"""Covers what lets somebody in, in texts that findings show: with as many asterisks, so that columns stay true."""

import re

from aetherflow.core.documents.source_patterns import CREDENTIALS_IN_TEXT

#: Of a URL all values that have names, in its query and elsewhere: signed links have names of many kinds.
_PARAMETER = re.compile(r"(?<=[?&;#])[\w.~%-]+=(?P<value>[^?&;#\s\"',}]+)")
_CHARACTER = re.compile(r"[^\r\n]")


def covered(text: str, start: int, end: int) -> str:
    """Cover the characters of a text from one offset to another; line breaks stay."""
    return text[:start] + _CHARACTER.sub("*", text[start:end]) + text[end:]


def without_credentials(text: str) -> str:
    """Cover the credentials in the URLs of a text, and the values in their queries."""
    if "://" not in text:
        return text
    return _PARAMETER.sub(_without_value, re.sub(CREDENTIALS_IN_TEXT, _without_userinfo, text))


def _without_userinfo(found: re.Match[str]) -> str:
    start, end = found.span(1) if found[1] else found.span(2)
    return covered(found[0], start - found.start(), end - found.start())


def _without_value(parameter: re.Match[str]) -> str:
    return covered(parameter[0], parameter.start("value") - parameter.start(), len(parameter[0]))
