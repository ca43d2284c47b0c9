"""What a lock says of plugins as they lie on disk now."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.plugins.digests import tree_digest
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.lock_file import LockedPlugin, is_lockable_path, permissions_of, unprintable
from aetherflow.core.plugins.plugin_finding import PluginFinding


class LockEntry(Struct, frozen=True, kw_only=True):
    """A plugin, and what a lock says of it."""

    plugin: KnownPlugin
    locked: LockedPlugin


class Locking(Struct, frozen=True, kw_only=True):
    """What a lock of some plugins holds, in load order, and why it cannot hold others."""

    entries: tuple[LockEntry, ...]
    findings: tuple[PluginFinding, ...]

    @property
    def plugins(self) -> list[LockedPlugin]:
        """What is written of each plugin."""
        return [entry.locked for entry in self.entries]


def locking_of(plugins: Sequence[KnownPlugin]) -> Locking:
    """Give what a lock of these plugins holds; they come in load order."""
    reasons = [(plugin, next(_reasons(plugin), None)) for plugin in plugins]
    lockable = [plugin for plugin, reason in reasons if reason is None]
    return Locking(
        entries=tuple(
            LockEntry(plugin=plugin, locked=_locked(plugin, place)) for place, plugin in enumerate(lockable, start=1)
        ),
        findings=tuple(
            PluginFinding(plugin=plugin.source.id, diagnostic=_not_lockable(plugin.source.id, reason))
            for plugin, reason in reasons
            if reason is not None
        ),
    )


def _locked(plugin: KnownPlugin, place: int) -> LockedPlugin:
    source = plugin.source
    return LockedPlugin(
        name=source.name,
        version=source.version,
        origin=source.origin.kind,
        digest=tree_digest(plugin.file_digests),
        files={path: plugin.file_digests[path] for path in sorted(plugin.file_digests)},
        permissions=permissions_of(source),
        load_order=place,
    )


def _reasons(plugin: KnownPlugin) -> Iterator[str]:
    """Say why a plugin cannot be locked."""
    source = plugin.source
    for path, digest in sorted(plugin.file_digests.items()):
        if not is_lockable_path(path):
            yield f"the name of its file {path!a} cannot be printed"
        elif not digest:
            yield f'"{source.path_of(path)}" cannot be read'
    if (word := unprintable((source.name, source.version, *permissions_of(source)))) is not None:
        yield f"its name, its version or a permission is {word!a}: empty, or with signs that cannot be printed"


def _not_lockable(plugin: str, reason: str) -> Diagnostic:
    return Diagnostic(
        code="AF-P407",
        message=f'the plugin "{plugin}" cannot be locked: {reason}',
        hint="mend that, then lock it: `aetherflow plugins sync`",
    )
