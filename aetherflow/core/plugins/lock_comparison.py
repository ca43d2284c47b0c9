"""Compares all plugins with a lock: what has come, what has gone, and what has changed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import DocumentPath, Span, start_of
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.lock_file import LockedPlugin, PluginLock, changed_files
from aetherflow.core.plugins.locking import LockEntry, locking_of
from aetherflow.core.plugins.modes import Mode
from aetherflow.core.plugins.plugin_finding import PluginFinding

#: Gives the place of a value of the lock.
SpanOf = Callable[[DocumentPath], Span | None]

_HINT = "where that is wanted, write it down: `aetherflow plugins sync`"

#: By what a plugin is found in the lock where several have its name: the most alike first.
_LIKENESS: tuple[tuple[str, ...], ...] = (
    ("digest", "version", "origin", "load_order"),
    ("digest", "origin"),
    ("digest",),
    ("origin",),
    (),
)


class _Pair(Struct, frozen=True):
    """A plugin as it is, and as it was locked."""

    entry: LockEntry
    locked: LockedPlugin

    @property
    def name(self) -> str:
        return self.entry.plugin.source.id

    @property
    def place(self) -> DocumentPath:
        """The path of the locked plugin in the lock."""
        return ("plugins", self.locked.load_order - 1)


def lock_drift(lock: PluginLock, entries: Sequence[LockEntry], span_of: SpanOf) -> Iterator[PluginFinding]:
    """Name every difference; there is none exactly where a new lock would say the same."""
    pairs = _pairs(lock.plugins, entries)
    known = {id(pair.entry) for pair in pairs}
    for entry in entries:
        if id(entry) not in known:
            yield _about(entry, _added(entry))
    for pair in pairs:
        for difference in (*_differing_values(pair, span_of), *_differing_files(pair, span_of)):
            yield _about(pair.entry, difference)
    yield from _differing_order(pairs, span_of)
    present = {id(pair.locked) for pair in pairs}
    for locked in lock.plugins:
        if id(locked) not in present:
            yield PluginFinding(plugin=locked.name, diagnostic=_removed(locked, span_of))


def _pairs(locked: Iterable[LockedPlugin], entries: Sequence[LockEntry]) -> list[_Pair]:
    """Find each plugin in the lock, in the order of the plugins; paths are of one machine, and so cannot tell."""
    open_locked, found = list(locked), {}
    for fields in _LIKENESS:
        for number, entry in enumerate(entries):
            match = next((each for each in open_locked if _are_alike(each, entry.locked, fields)), None)
            if number not in found and match is not None:
                open_locked = [each for each in open_locked if each is not match]
                found[number] = _Pair(entry, match)
    return [found[number] for number in sorted(found)]


def _are_alike(first: LockedPlugin, second: LockedPlugin, fields: tuple[str, ...]) -> bool:
    return all(getattr(first, field) == getattr(second, field) for field in ("name", *fields))


def _differing_values(pair: _Pair, span_of: SpanOf) -> Iterator[Diagnostic]:
    now, locked = pair.entry.locked, pair.locked
    for field, said in (("version", "is version {}"), ("origin", 'has the origin "{}"'), ("signer", "is signed by {}")):
        if getattr(now, field) != getattr(locked, field):
            message = f'the plugin "{pair.name}" {said.format(getattr(now, field) or "nobody")} now'
            yield _differs(message, span_of((*pair.place, field)), label="locked")
    added = sorted(set(now.permissions) - set(locked.permissions))
    removed = sorted(set(locked.permissions) - set(now.permissions))
    place = span_of((*pair.place, "permissions"))
    for permission in added:
        yield _differs(f'the plugin "{pair.name}" asks for "{permission}", which the lock does not grant', place)
    for permission in removed:
        yield _differs(f'the plugin "{pair.name}" no longer asks for "{permission}", which the lock grants', place)
    if not added and not removed and now.permissions != locked.permissions:
        yield _differs(f'the permissions of the plugin "{pair.name}" stand in another order', place)


def _differing_files(pair: _Pair, span_of: SpanOf) -> Iterator[Diagnostic]:
    now, locked, source = pair.entry.locked.files, pair.locked.files, pair.entry.plugin.source
    for file in changed_files(locked, now):
        if file not in now:
            place = span_of((*pair.place, "files", file))
            yield _differs(f'"{file}" of the plugin "{pair.name}" is gone', place, label="locked")
        else:
            became = "has changed since it was locked" if file in locked else "is new: it is not in the lock"
            yield _differs(f'"{file}" of the plugin "{pair.name}" {became}', start_of(source.path_of(file)))


def order_drift(lock: PluginLock, plugins: Sequence[KnownPlugin], mode: Mode) -> Iterator[PluginFinding]:
    """Say where plugins load in another order than the lock has, which decides who has a name.

    It is an error in enterprise, and concerns no plugin alone: leaving one out mends nothing.
    """
    severity = Severity.ERROR if mode == "enterprise" else Severity.WARNING
    for first, second in _reversed(_pairs(lock.plugins, locking_of(plugins).entries)):
        message = f'the plugin "{first.name}" loads before "{second.name}" now, and after it in "{lock.file}"'
        yield PluginFinding(plugin="", diagnostic=replace(_differs(message, None), severity=severity))


def _differing_order(pairs: Sequence[_Pair], span_of: SpanOf) -> Iterator[PluginFinding]:
    for first, second in _reversed(pairs):
        message = f'the plugin "{first.name}" loads before "{second.name}" now, and after it in the lock'
        yield _about(first.entry, _differs(message, span_of((*first.place, "load_order")), label="locked"))


def _reversed(pairs: Sequence[_Pair]) -> Iterator[tuple[_Pair, _Pair]]:
    """Give each plugin that stands before one which the lock has before it: an order that is not the same has one."""
    return ((first, second) for first, second in pairwise(pairs) if first.locked.load_order > second.locked.load_order)


def _added(entry: LockEntry) -> Diagnostic:
    source = entry.plugin.source
    file = source.manifest_file or next((unit.file for unit in source.units), "")
    return Diagnostic(
        code="AF-P401",
        message=f'the plugin "{source.id}" is not in the lock',
        hint=_HINT,
        span=start_of(source.path_of(file)) if file else None,
    )


def _removed(locked: LockedPlugin, span_of: SpanOf) -> Diagnostic:
    return Diagnostic(
        code="AF-P404",
        message=f'the plugin "{locked.name}" is in the lock, and not among the plugins that may load',
        hint="give it back, or write down that it is gone: `aetherflow plugins sync`",
        span=span_of(("plugins", locked.load_order - 1, "name")),
        label="locked",
    )


def _differs(message: str, span: Span | None, label: str | None = None) -> Diagnostic:
    return Diagnostic(code="AF-P402", message=message, hint=_HINT, span=span, label=label)


def _about(entry: LockEntry, diagnostic: Diagnostic) -> PluginFinding:
    return PluginFinding(plugin=entry.plugin.source.id, diagnostic=diagnostic)
