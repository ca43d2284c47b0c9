"""Paths below a resource's root and below a job's directory: what no name of a file may be, whoever wrote it."""

import re
import unicodedata

from aetherflow.core.api import StepFailed

#: In bytes. Most systems know names of 255 and paths of 4,096.
LONGEST_PATH = 1024
#: What an unfinished file of ours is called; see `part_name_of`.
_PART = re.compile(r"\.aetherflow-[0-9a-f]{12}-\d+\.part$")
_LONGEST_NAME_IN_NAME = 60  # bytes of the file's name that its hidden part repeats


def name_problem(name: str) -> str | None:
    """Say why a server's entry cannot be a file or folder here; None where it can."""
    if not name or name in (".", ".."):
        return "it is no name"
    if "/" in name:
        return "it has a slash in it"
    if "\\" in name:
        return "it has a backslash in it"
    if name[1:2] == ":":
        return "it begins like a drive"
    kinds = {unicodedata.category(character) for character in name}
    if "Cs" in kinds:
        return "it is not UTF-8"
    return "it has control characters in it" if "Cc" in kinds else None


def path_problem(path: str) -> str | None:
    """Say why a path cannot be one below a root; None where it can."""
    if not path:
        return "it is empty"
    if len(path.encode("utf-8", "surrogatepass")) > LONGEST_PATH:
        return f"it is longer than {LONGEST_PATH} bytes"
    if path.startswith("/"):
        return "it is absolute: paths begin at the resource's root"
    for part in path.split("/"):
        if part == "..":
            return "it climbs by `..`"
        if problem := name_problem(part):
            return "it has an empty part, or `.`" if problem == "it is no name" else problem
    return None


def inner_path(path: str, key: str) -> str:
    """Give the path of a file that stands under the input ``key``; StepFailed where it may lead out of the root."""
    if problem := path_problem(path):
        raise StepFailed(f"`{key}`: {path!r} is no path below the resource's root: {problem}")
    return path


def inner_folder(path: str, key: str) -> str:
    """Give the path of a folder; "" and "." are the root itself, and a slash at the end does not count."""
    trimmed = path.removesuffix("/") if path != "/" else path
    return "" if trimmed in ("", ".") else inner_path(trimmed, key)


def joined(folder: str, name: str) -> str:
    """Give the path of something in a folder."""
    return f"{folder}/{name}" if folder else name


def part_name_of(path: str, digest: str, attempt: int) -> str:
    """Give the hidden name that a file has until it is whole: nobody else's, and of every attempt another one."""
    name = path.rpartition("/")[2].encode()[:_LONGEST_NAME_IN_NAME].decode(errors="ignore")
    return f".{name}.aetherflow-{digest}-{attempt}.part"


def aside_name_of(part_name: str) -> str:
    """Give the hidden name of what stood in a file's place: like that of a part, and the same for every attempt."""
    return re.sub(r"-\d+\.part$", "-0.part", part_name)


def is_part(name: str) -> bool:
    """Tell an unfinished file, of whatever run."""
    return _PART.search(name) is not None
