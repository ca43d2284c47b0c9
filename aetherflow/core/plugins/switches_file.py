"""Reads the file of local switches. What it disables must not come back because the file cannot be understood."""

import errno
import json
import os
from collections.abc import Mapping
from pathlib import Path
from stat import S_ISLNK
from typing import Literal

import msgspec
from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import system_reason
from aetherflow.core.documents.regular_files import FileTooLarge, open_regular
from aetherflow.core.documents.unique_keys import RepeatedKey, unique_keys
from aetherflow.core.plugins.local_switches import LocalSwitches, PluginSwitch

LARGEST_BYTES = 1024 * 1024
VERSION: Literal[1] = 1

_WRITABLE_BY_OTHERS = 0o022


class SwitchesDocument(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file holds."""

    version: Literal[1]
    plugins: dict[str, PluginSwitch] = {}


class SwitchesReading(Struct, frozen=True, kw_only=True):
    """The switches; none where there is no file, or where the finding says why it cannot be used."""

    switches: LocalSwitches | None = None
    fault: Diagnostic | None = None


def read_switches(path: Path) -> SwitchesReading:
    """Read the file; nothing there gives none, and whatever is there and cannot be trusted or understood, a fault."""
    try:
        plugins = _understood(_content(path))
    except (FileNotFoundError, NotADirectoryError):
        return SwitchesReading()
    except (OSError, ValueError, RecursionError) as problem:
        return SwitchesReading(fault=_unusable(path, _words_of(problem)))
    return SwitchesReading(switches=LocalSwitches(file=str(path), plugins=plugins))


def switches_bytes(plugins: Mapping[str, PluginSwitch]) -> bytes:
    """Give the content of the file; raises ValueError for what could not be read again."""
    said = {name: switch for name, switch in sorted(plugins.items()) if not switch.is_empty}
    document = SwitchesDocument(version=VERSION, plugins=said)
    content = msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
    if len(content) > LARGEST_BYTES:
        raise ValueError(f"it would be larger than {LARGEST_BYTES:,} bytes")
    return content


def _content(path: Path) -> bytes:
    """Give the content of a file that nobody but its user can have written; raises OSError for any other."""
    if S_ISLNK(path.lstat().st_mode):
        raise OSError(errno.ELOOP, "it is a link, which the next change would replace")
    with open_regular(path) as stream:
        status = os.fstat(stream.fileno())
        if status.st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, f"it belongs to user {status.st_uid}, and this is user {os.geteuid()}")
        if status.st_mode & _WRITABLE_BY_OTHERS:
            raise PermissionError(errno.EPERM, f"others may write it (mode {status.st_mode & 0o777:04o})")
        content = stream.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise FileTooLarge(errno.EFBIG, f"it is larger than {LARGEST_BYTES:,} bytes")
    return content


def _understood(content: bytes) -> dict[str, PluginSwitch]:
    data = json.loads(content.decode(), object_pairs_hook=unique_keys, parse_constant=_no_number)
    version = data.get("version") if isinstance(data, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise ValueError(f"it has the version {version}, and this aetherflow knows {VERSION}")
    return msgspec.convert(data, SwitchesDocument).plugins


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")


def _words_of(problem: OSError | ValueError | RecursionError) -> str:
    if isinstance(problem, json.JSONDecodeError):
        return f"it is no JSON: {problem.msg} (line {problem.lineno}, column {problem.colno})"
    if isinstance(problem, RepeatedKey):
        return f"it has the key {problem.key!a} twice in one place"
    if isinstance(problem, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(problem, RecursionError):
        return "it is nested too deeply"
    return system_reason(problem) if isinstance(problem, OSError) else str(problem)


def _unusable(path: Path, why: str) -> Diagnostic:
    return Diagnostic(
        code="AF-P151",
        message=f'the local switches of plugins, "{path}", cannot be used: {why}',
        hint="mend the file, or remove it: without it no plugin is disabled, and none has a config of this machine",
    )
