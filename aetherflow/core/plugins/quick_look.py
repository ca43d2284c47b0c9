"""Whether there may be a plugin at all, before anything that reads one is imported."""

import os
from collections.abc import Iterator, Mapping

from aetherflow.core.plugins.distributions import site_folders

_PATHS = "AETHERFLOW_PLUGIN_PATHS"
_GROUP, _OURS = b"[", b"aetherflow."
#: Of a file that nobody writes by hand, and of which every start would read as much.
_MOST_BYTES = 1024 * 1024


def may_have_plugins(environ: Mapping[str, str]) -> bool:
    """Tell whether the environment names paths, or something that is installed offers entry points of ours."""
    if environ.get(_PATHS, "").strip():
        return True
    return any(map(_offers, site_folders("internal_fast")))


def _offers(folder: str) -> bool:
    return any(name.endswith(".egg-link") or _has_group(_entry_points(f"{folder}/{name}")) for name in _infos(folder))


def _has_group(entry_points: bytes) -> bool:
    """Tell a group of ours; a command called aetherflow, as our own distribution has it, is none."""
    lines = entry_points.splitlines() if _OURS in entry_points else ()
    return any(_OURS in line for line in lines if line.lstrip().startswith(_GROUP))


def _infos(folder: str) -> Iterator[str]:
    try:
        names = os.listdir(folder)  # noqa: PTH208  # names alone are wanted, a thousand times
    except OSError:
        return
    yield from (name for name in names if name.endswith((".dist-info", ".egg-info", ".egg-link")))


def _entry_points(info: str) -> bytes:
    try:
        descriptor = os.open(f"{info}/entry_points.txt", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:  # most have none
        return b""
    try:
        return os.read(descriptor, _MOST_BYTES)
    except OSError:
        return b""
    finally:
        os.close(descriptor)
