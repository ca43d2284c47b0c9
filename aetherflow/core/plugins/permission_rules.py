"""Which permission covers what code reaches for: the rules that docs/plugins/permissions.md tells.

Both sides are compared as they are written: no file system, no DNS and no PATH is asked.
"""

from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Literal

from msgspec import Struct

from aetherflow.core.contracts.metadata import is_permission

#: "unknown": they may be the same in a run, or not, and the text alone does not tell.
Cover = Literal["covered", "unknown", "not covered"]

_ANYTHING = "*"
_ANY_FOLDERS = "**"


class Permission(Struct, frozen=True):
    """One permission, or one thing that needs one: the kind, such as ``read``, and of what."""

    kind: str
    detail: str

    def __str__(self) -> str:
        """Give it as it is written."""
        return f"{self.kind}:{self.detail}"


def permission_of(text: str) -> Permission | None:
    """Read a permission; None for what is none."""
    kind, _, detail = text.partition(":")
    return Permission(kind, detail) if is_permission(text) else None


def cover(granted: Permission, wanted: Permission, *, is_open: bool = False) -> Cover:
    """Tell whether a permission covers what is wanted; ``is_open``: somewhere in the folder that ``wanted`` names."""
    if granted.kind != wanted.kind:
        return "not covered"
    if granted.detail == _ANYTHING:
        return "covered"
    if granted.kind in ("read", "write"):
        return _cover_path(granted.detail, wanted.detail, is_open=is_open)
    return _RULES[granted.kind](granted.detail, wanted.detail)


def _cover_path(granted: str, wanted: str, *, is_open: bool) -> Cover:
    """Compare part by part: a path covers itself and what lies below it."""
    if _anchor(granted) != _anchor(wanted):
        return "unknown"  # what a relative path or a `~` leads to is only known in a run
    parts = list(_parts(wanted))
    matched = {0}  # how many parts of the wanted path the granted one may have used up
    for part in _parts(granted):
        if part == _ANY_FOLDERS:
            matched = set(range(min(matched), len(parts) + 1))
            continue
        if is_open and len(parts) in matched:
            return "unknown"  # it goes on in a way that is not spelled out
        matched = {each + 1 for each in matched if each < len(parts) and fnmatchcase(parts[each], part)}
        if not matched:
            return "not covered"
    return "covered"


def _anchor(path: str) -> str:
    return path[:1] if path[:1] in ("/", "~") else ""


def _parts(path: str) -> Iterator[str]:
    """Give the parts of a path, `.` and `..` resolved as written: `/data/../etc` is `/etc`."""
    kept: list[str] = []
    for part in path.split("/"):
        if part == ".." and kept and kept[-1] != "..":
            kept.pop()
        elif part == ".." and path.startswith("/"):
            continue  # above the root is the root
        elif part not in ("", "."):
            kept.append(part)
    return iter(kept)


def _cover_host(granted: str, wanted: str) -> Cover:
    host, port = host_and_port(granted)
    wanted_host, wanted_port = host_and_port(wanted)
    if not fnmatchcase(wanted_host, host.replace("[", "[[]")):  # the brackets of an IPv6 address are no pattern
        return "not covered"
    if port in ("", _ANYTHING) or port == wanted_port:
        return "covered"
    return "not covered" if wanted_port else "unknown"


def host_and_port(text: str) -> tuple[str, str]:
    """Take `HOST:PORT` apart; hosts have no case and no last dot, IPv6 addresses stand in brackets."""
    host, colon, port = text.rpartition(":")
    if not colon or port.endswith("]"):
        host, port = text, ""
    return host.lower().removesuffix("."), port


def _cover_program(granted: str, wanted: str) -> Cover:
    """Compare names, whatever the folder; a granted path is compared as a path."""
    if "/" in granted and "/" in wanted:
        return "covered" if fnmatchcase(wanted, granted) else "not covered"
    if not fnmatchcase(_name(wanted), _name(granted)):
        return "not covered"
    return "unknown" if "/" in granted else "covered"  # PATH decides where a bare name leads


def _name(program: str) -> str:
    return program.rpartition("/")[2]


def _cover_variable(granted: str, wanted: str) -> Cover:
    return "covered" if fnmatchcase(wanted, granted) else "not covered"


_RULES: Mapping[str, Callable[[str, str], Cover]] = {
    "network": _cover_host,
    "process": _cover_program,
    "env": _cover_variable,
}
