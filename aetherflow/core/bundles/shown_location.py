"""Locations as they may be shown: no user, no password, no signature stands in them."""

import re
from collections.abc import Iterator

_USER = re.compile(r"(?<=://)[^/?#]*@")
#: Words in the names of query parameters whose values let their owner in; signed links have them.
_SECRET_NAME = re.compile(r"sig|token|key|secret|pass|pwd|auth|cred|session|x-amz-|x-goog-", re.IGNORECASE)
_PARAMETER = re.compile(r"(?<=[?&;#])(?P<name>[^=?&;#]*)=(?P<value>[^?&;#]*)")
HIDDEN = "***"


def shown_location(location: str) -> str:
    """Take out of a URL what lets its owner in; what is no URL comes back as it is."""
    if "://" not in location:
        return location
    return _PARAMETER.sub(_without_secret, _USER.sub("", location, count=1))


def secrets_in(location: str) -> Iterator[str]:
    """Give the values in a URL that are not shown."""
    for parameter in _PARAMETER.finditer(location):
        if _SECRET_NAME.search(parameter["name"]):
            yield parameter["value"]


def _without_secret(parameter: re.Match[str]) -> str:
    name = parameter["name"]
    return f"{name}={HIDDEN}" if _SECRET_NAME.search(name) else parameter[0]
