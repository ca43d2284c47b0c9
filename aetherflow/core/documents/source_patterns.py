"""What a bundle's location, ref and checksum look like, as patterns that JSON Schema and Python both read."""

import re

LONGEST_LOCATION = 4096
LONGEST_REF = 255

_TOKEN = r"\{\{[^}]*\}\}"  # a template, whose own colons and blanks are no part of the URL
_PLAIN = r"[^\x00-\x1f\x7f-\x9f]"
#: A user and a password, or anybody at all for http, where a name alone is mostly a token.
CREDENTIALS_PATTERN = (
    rf"(?:[hH][tT][tT][pP][sS]?://(?:{_TOKEN}|(?!\{{\{{)[^/?#])+@"
    rf"|://(?:{_TOKEN}|(?!\{{\{{)[^/?#:])*:(?:{_TOKEN}|(?!\{{\{{)[^/?#])*@)"
)
LOCATION_PATTERN = rf"^(?!\s*-)(?!.*{CREDENTIALS_PATTERN})(?=.*\S){_PLAIN}+$(?!\n)"
REF_PATTERN = rf"^(?!-)(?:{_TOKEN}|[^\s\x00-\x1f\x7f-\x9f])+$(?!\n)"
SHA256_PATTERN = r"^[0-9A-Fa-f]{64}$(?!\n)"
#: A URL, or what a template may make one of.
REMOTE_PATTERN = r"://|\{\{"

_USERINFO = re.compile(rf"://(?P<userinfo>(?:{_TOKEN}|(?!\{{\{{)[^/?#])*)@")


def userinfo_with_credentials(location: str) -> str | None:
    """Give the piece of a location that holds credentials, where it holds any: ``user:password``, or a token."""
    if len(location) > LONGEST_LOCATION or not (found := re.search(CREDENTIALS_PATTERN, location)):
        return None
    userinfo = _USERINFO.search(location, found.start())
    return userinfo["userinfo"] if userinfo else None
