"""The lock of plugins, `aetherflow.plugins.lock`: which plugins may load, file by file, as somebody has agreed to it.

It holds no path, time or name of a machine: the same plugins give the same bytes wherever they lie.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.errors import system_reason
from aetherflow.core.documents.regular_files import read_regular
from aetherflow.core.events.wording import counted
from aetherflow.core.plugins.digests import tree_digest
from aetherflow.core.plugins.modes import Mode
from aetherflow.core.plugins.origins import OriginKind
from aetherflow.core.plugins.plugin_source import PluginSource

FORM: Literal["aetherflow plugins lock 1"] = "aetherflow plugins lock 1"
MAX_LOCK_BYTES = 32 * 1024 * 1024

#: What is told of a plugin that is not as the lock has it.
LOCK_CODES = frozenset({"AF-P401", "AF-P402"})
DIFFERENCES_NAMED = 3

Digest = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}\Z")]


class LockedPlugin(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One plugin as it was locked: ``files`` has the digest of each file by its path below the plugin's root.

    ``digest`` is that of the tree; ``load_order`` counts from 1; ``signer`` is for signatures, which are not made yet.
    Raises ValueError for names that cannot be printed, and for a digest that is not that of the files.
    """

    name: str
    version: str
    origin: OriginKind
    digest: Digest
    files: dict[str, Digest]
    permissions: list[str]
    load_order: int
    signer: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no plugin can be, and what was changed by hand."""
        if (word := unprintable((self.name, self.version, *self.permissions, self.signer or "-"))) is not None:
            raise ValueError(f"{word!a} is empty or cannot be printed")
        if (path := next((path for path in self.files if not is_lockable_path(path)), None)) is not None:
            raise ValueError(f"{path!a} is no path of a file below a plugin's root")
        if tree_digest(self.files) != self.digest:
            raise ValueError(f'the digest of "{self.name}" is not that of its files')


class LockDocument(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file holds; ``plugins`` stand in load order. Raises ValueError where they do not."""

    form: Literal["aetherflow plugins lock 1"]
    plugins: list[LockedPlugin]

    def __post_init__(self) -> None:
        """Refuse an order that nobody can load in."""
        if any(each.load_order != place for place, each in enumerate(self.plugins, start=1)):
            raise ValueError("the load orders of the plugins are not 1, 2, 3 … in the order of the file")


class PluginLock(Struct, frozen=True, kw_only=True):
    """The plugins of a lock, in load order, and the name of the file that they were read from."""

    plugins: list[LockedPlugin]
    file: str


class LockReading(Struct, frozen=True, kw_only=True):
    """A lock as it was read: none where there is no file, or where the findings say that it cannot be used."""

    lock: PluginLock | None
    diagnostics: tuple[Diagnostic, ...]


def read_lock(path: Path, name: str = "") -> LockReading:
    """Read a lock; nothing there gives none, and whatever is no file that can be read and used is a finding.

    ``name`` is what findings print.
    """
    name = name or str(path)
    try:
        content = read_regular(path, MAX_LOCK_BYTES)
    except FileNotFoundError as missing:
        # Only absence is absence: a link whose target was taken away must not be as good as no lock.
        dangling = OSError(missing.errno, "it is a link that leads nowhere")
        found = (_unreadable(name, dangling),) if os.path.lexists(path) else ()
        return LockReading(lock=None, diagnostics=found)
    except (OSError, ValueError) as refused:  # ValueError: a NUL in the path
        return LockReading(lock=None, diagnostics=(_unreadable(name, refused),))
    plugins, error = _decoded(content)
    # What is to the byte what we write has no key twice, which JSON leaves open.
    if error is not None or lock_bytes(plugins) != content:
        from aetherflow.core.plugins.lock_problems import lock_problem  # deferred: only for locks that somebody edited

        if (problem := lock_problem(name, content, error)) is not None:
            return LockReading(lock=None, diagnostics=(problem,))
    return LockReading(lock=PluginLock(plugins=plugins, file=name), diagnostics=())


def lock_bytes(plugins: list[LockedPlugin]) -> bytes:
    """Give the content of the file: always the same for the same plugins."""
    return msgspec.json.format(msgspec.json.encode(LockDocument(form=FORM, plugins=plugins)), indent=2) + b"\n"


def lock_findings(
    lock: PluginLock, source: PluginSource, file_digests: Mapping[str, str], mode: Mode
) -> list[Diagnostic]:
    """Compare a plugin with the lock: errors in enterprise, which loads nothing else, and warnings in internal_fast."""
    severity = Severity.ERROR if mode == "enterprise" else Severity.WARNING
    differences = [_differences(each, source, file_digests) for each in lock.plugins if each.name == source.name]
    if not differences:
        return [_not_locked(lock, source, severity)]
    # Of several plugins of one name it is compared with the nearest.
    nearest = min(differences, key=len)
    return [_differs(lock, source, nearest, severity)] if nearest else []


def permissions_of(source: PluginSource) -> list[str]:
    """Give what a plugin is granted: all that its manifest and its code ask for, until somebody can say less."""
    return sorted(source.permissions)


def changed_files(locked: Mapping[str, str], present: Mapping[str, str]) -> list[str]:
    """Name the files that are not the same, or on one side only."""
    return sorted(file for file in {*locked, *present} if locked.get(file) != present.get(file))


def unprintable(words: Iterable[str]) -> str | None:
    """Give the first word that a lock cannot hold: control characters would let one line look like another."""
    return next((word for word in words if not word or not word.isprintable()), None)


def is_lockable_path(path: str) -> bool:
    """Tell whether a path can be that of a plugin's file."""
    return path.isprintable() and not {"", ".", ".."}.intersection(path.split("/"))


def _decoded(content: bytes) -> tuple[list[LockedPlugin], Exception | None]:
    try:
        return msgspec.json.decode(content, type=LockDocument).plugins, None
    except (ValueError, RecursionError) as error:  # every error of msgspec is a ValueError
        return [], error


def _differences(locked: LockedPlugin, source: PluginSource, files: Mapping[str, str]) -> list[str]:
    """Say in short what differs; the origin does not count here, since the same code may lie elsewhere."""
    said = [] if locked.version == source.version else [f"version {source.version}, locked {locked.version}"]
    asked = permissions_of(source)
    if locked.permissions != asked:
        changed = sorted({*locked.permissions} ^ {*asked})
        said += [f'permission "{each}" is {"new" if each in asked else "gone"}' for each in changed]
        said += [] if changed else ["the order of its permissions"]
    return said + [f'"{file}"' for file in changed_files(locked.files, files)]


def _not_locked(lock: PluginLock, source: PluginSource, severity: Severity) -> Diagnostic:
    return Diagnostic(
        code="AF-P401",
        severity=severity,
        message=f'the plugin "{source.name}" is not in "{lock.file}"',
        hint="where it is wanted, write it down: `aetherflow plugins sync`",
    )


def _differs(lock: PluginLock, source: PluginSource, differences: list[str], severity: Severity) -> Diagnostic:
    named, more = ", ".join(differences[:DIFFERENCES_NAMED]), len(differences) - DIFFERENCES_NAMED
    rest = f" and {counted(more, 'more difference')}" if more > 0 else ""
    return Diagnostic(
        code="AF-P402",
        severity=severity,
        message=f'the plugin "{source.name}" differs from "{lock.file}": {named}{rest}',
        hint="where that is wanted, write it down: `aetherflow plugins sync`",
    )


def _unreadable(name: str, error: OSError | ValueError) -> Diagnostic:
    return Diagnostic(
        code="AF-P403",
        message=f'the lock of plugins "{name}" cannot be read: {system_reason(error)}',
        hint="make it a file that the user who runs the flow may read; `aetherflow plugins sync` writes it",
    )
