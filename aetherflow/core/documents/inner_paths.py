"""Paths inside a bundle: they stay below its root, whoever wrote them."""

import unicodedata

#: In bytes, as systems count: a name of 1,024 letters may be four times as long, and open nowhere below a state folder.
LONGEST_PATH = 1024
#: The same rules for editors, which read JSON Schema; a test holds that both say the same.
INNER_PATH_PATTERN = r"^(?!.:)(?!(?:.*/)?\.{0,2}(?:/|$))[^\x00-\x1f\x7f-\x9f\ud800-\udfff\\]+$(?!\n)"
_NO_PARTS = ("", ".", "..")


class UnsafePath(ValueError):
    """A path that may lead out of the bundle, or that is none; the message says why."""


def inner_path(written: str) -> str:
    """Give a path below the root, with ``/`` between its parts; raises UnsafePath for any other.

    What is refused here is refused on every system: a bundle that is made on one is used on others.
    """
    if problem := _problem(written):
        raise UnsafePath(problem)
    return written


def is_too_long(path: str) -> bool:
    """Tell a path that may be too long for a system once it stands below a folder."""
    return len(path.encode("utf-8", "surrogatepass")) > LONGEST_PATH


def _problem(written: str) -> str | None:
    if not written:
        return "it is empty"
    if is_too_long(written):
        return f"it is longer than {LONGEST_PATH} bytes"
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in written):
        return "it has control characters in it"
    if "\\" in written:
        return "it has a backslash in it"
    if written.startswith("/") or written[1:2] == ":":
        return "it is absolute"
    return _problem_of_parts(written.split("/"))


def _problem_of_parts(parts: list[str]) -> str | None:
    if ".." in parts:
        return 'it climbs out of the bundle by ".."'
    if any(part in _NO_PARTS for part in parts):
        return 'it has an empty part, or "."'
    return None
