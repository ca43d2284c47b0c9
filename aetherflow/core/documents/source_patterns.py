"""What a bundle's location, ref and checksum look like, as patterns that JSON Schema and Python both read."""

import re

LONGEST_LOCATION = 4096
LONGEST_REF = 255

_TOKEN = r"\{\{[^}]*\}\}"  # a template, whose own colons and blanks are no part of the URL
_CONTROL = r"\x00-\x1f\x7f-\x9f"


def _credentials(ends: str) -> str:
    """Give the pattern of credentials in a URL, whose user and password end at these characters.

    A user and a password are such; for http a user alone, which there is mostly a token.
    """
    one = rf"(?:{_TOKEN}|(?!\{{\{{)[^{ends}])"
    no_colon = rf"(?:{_TOKEN}|(?!\{{\{{)[^{ends}:])"
    return rf"(?:[hH][tT][tT][pP][sS]?://({one}+)@|://({no_colon}*:{one}*)@)"


CREDENTIALS_PATTERN = _credentials("/?#")
#: In a longer text, of which a URL is only a part.
CREDENTIALS_IN_TEXT = _credentials(r"/?#\s")
LOCATION_PATTERN = rf"^(?!\s*-)(?!.*{CREDENTIALS_PATTERN})(?=.*\S)[^{_CONTROL}]+$(?!\n)"
REF_PATTERN = rf"^(?!-)(?:{_TOKEN}|[^\s{_CONTROL}])+$(?!\n)"
#: Of a ref in which templates have been rendered; what is left of braces is text.
RENDERED_REF_PATTERN = rf"^(?!-)[^\s{_CONTROL}]+$(?!\n)"
SHA256_PATTERN = r"^[0-9A-Fa-f]{64}$(?!\n)"
#: A URL, or what a template may make one of.
REMOTE_PATTERN = r"://|\{\{"


def credentials_in(location: str) -> str | None:
    """Give the piece of a location that holds credentials, where it holds any: ``user:password``, or a token."""
    found = re.search(CREDENTIALS_PATTERN, location)
    return (found[1] or found[2]) if found else None
