"""`plugins sync`: writes the lock of the plugins that may load, or compares them with it; runs no plugin's code."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.errors import AetherFlowError, InputError, PluginRefused
from aetherflow.core.contracts.span import DocumentPath, Span
from aetherflow.core.diagnostics.nearby import nearby_path
from aetherflow.core.documents.reader import Document, read_document
from aetherflow.core.documents.regular_files import read_beginning
from aetherflow.core.documents.source import Source
from aetherflow.core.events.wording import counted
from aetherflow.core.operations.merged_findings import told_once, with_short_paths
from aetherflow.core.operations.plugin_ground import LOCK_NAME, PluginGround, masker_of, plugin_ground
from aetherflow.core.operations.plugin_surroundings import fresh_readings, gathered_through, keep_readings
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.operations.told_values import masked
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.lock_comparison import lock_drift
from aetherflow.core.plugins.lock_file import (
    MAX_LOCK_BYTES,
    LockedPlugin,
    LockReading,
    PluginLock,
    lock_bytes,
    read_lock,
)
from aetherflow.core.plugins.lock_writing import write_lock
from aetherflow.core.plugins.locking import Locking, locking_of
from aetherflow.core.plugins.modes import Mode
from aetherflow.core.plugins.plugin_finding import PluginFinding
from aetherflow.core.plugins.strictness import input_errors

_MOST_NAMES = 5
NO_LOCK = LockReading(lock=None, diagnostics=())


class SyncReport(Struct, frozen=True, kw_only=True):
    """What is in the lock now, or would be. ``drift`` is how the plugins differ from what the lock said before.

    ``errors`` are what keeps plugins out of it, ``refused`` counts the origins that the mode does not load. ``sources``
    has the texts that findings point into.
    """

    mode: Mode
    lock_file: str
    lock_name: str
    wrote: bool
    plugins: list[LockedPlugin]
    drift: tuple[PluginFinding, ...]
    errors: tuple[PluginFinding, ...]
    refused: int
    sources: Mapping[str, str]


class _Survey(Struct, frozen=True, kw_only=True):
    """The plugins that may load whatever a lock says of them, with every file read anew."""

    ground: PluginGround
    readings: FileReadings
    locking: Locking
    errors: tuple[PluginFinding, ...]
    refused: int


def sync_plugins(request: SurroundingsRequest, *, allow_empty: bool = False) -> SyncReport:
    """Read everything that is installed anew, and write the lock.

    Raises InputError where it cannot be written, or would lose all its plugins and that is not allowed.
    """
    survey = _survey(request)
    ground = survey.ground
    keep_readings(ground, survey.readings)
    before = read_lock(ground.lock_file).lock
    if before and before.plugins and not (survey.locking.plugins or allow_empty):
        raise _would_be_empty(ground, before)
    wrote = write_lock(ground.lock_file, lock_bytes(survey.locking.plugins), ground.lock_name)
    drift = map(_as_written, lock_drift(before, survey.locking.entries, _nowhere)) if before else ()
    return _report(survey, drift, {}, wrote=wrote)


def check_lock(request: SurroundingsRequest) -> SyncReport:
    """Compare the plugins with the lock, and change nothing.

    Raises InputError where there is no lock, and PluginRefused where it cannot be used.
    """
    survey = _survey(request)
    ground = survey.ground
    reading = read_lock(ground.lock_file, ground.lock_name)
    if reading.lock is None:
        raise _refusal(ground, reading.diagnostics)
    text = _LockText(ground)
    drift = lock_drift(reading.lock, survey.locking.entries, text.span_of)
    return _report(survey, drift, text.sources, wrote=False)


def _survey(request: SurroundingsRequest) -> _Survey:
    ground = plugin_ground(request)
    readings = fresh_readings(ground)
    # The lock says what is installed, for everybody: what one user has disabled is in it all the same.
    found = gathered_through(ground, readings, NO_LOCK, as_installed=True)
    if wrong := input_errors(found):
        # A lock without a plugin that was asked for would be a lock of something else.
        mask = masker_of(ground).mask_text
        sources = dict(ground.documents.sources)
        raise InputError(wrong[0].message, hint=wrong[0].hint, diagnostics=wrong, sources=sources, mask=mask)
    locking = locking_of(found.plugins)
    errors = told_once(each for each in found.findings if each.diagnostic.severity is Severity.ERROR)
    return _Survey(
        ground=ground,
        readings=readings,
        locking=locking,
        errors=(*errors, *locking.findings),
        refused=len(found.origins.refused),
    )


def _report(survey: _Survey, drift: Iterable[PluginFinding], sources: Mapping[str, str], *, wrote: bool) -> SyncReport:
    ground = survey.ground
    read = {span.file for each in survey.errors if (span := each.diagnostic.span)}
    report = SyncReport(
        mode=ground.mode,
        lock_file=str(ground.lock_file),
        lock_name=ground.lock_name,
        wrote=wrote,
        plugins=survey.locking.plugins,
        drift=tuple(with_short_paths(each, ground.cwd) for each in drift),
        errors=tuple(with_short_paths(each, ground.cwd) for each in survey.errors),
        refused=survey.refused,
        sources={**{nearby_path(file, str(ground.cwd)): _text(Path(file)) for file in read}, **sources},
    )
    return masked(report, masker_of(ground))


class _LockText:
    """The text of a lock, for places in it; it is looked into where something is wrong."""

    def __init__(self, ground: PluginGround) -> None:
        self._source = Source(ground.lock_name, _text(ground.lock_file))
        self.sources = {self._source.name: self._source.text}

    def span_of(self, place: DocumentPath) -> Span | None:
        return self._document.span(place) if self._document else None

    @cached_property
    def _document(self) -> Document | None:
        return read_document(self._source).document


def _as_written(finding: PluginFinding) -> PluginFinding:
    """Say of a plugin that is not in the lock any more that it was taken out."""
    if finding.diagnostic.code != "AF-P404":
        return finding
    message = f'the plugin "{finding.plugin}" is taken out of the lock: it is not among the plugins that may load'
    hint = (
        "where it should stay, give the options that name it; `aetherflow plugins list --verbose` shows what is found"
    )
    return PluginFinding(plugin=finding.plugin, diagnostic=Diagnostic(code="AF-P404", message=message, hint=hint))


def _nowhere(place: DocumentPath) -> None:
    """Find nothing in a lock that has been replaced."""


def _text(path: Path) -> str:
    try:
        return read_beginning(path, MAX_LOCK_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):  # it cannot be read: findings are shown without their lines
        return ""


def _refusal(ground: PluginGround, found: tuple[Diagnostic, ...]) -> AetherFlowError:
    """Say that there is no lock, or that the one that is there, which a run would not get past either, is no use."""
    if not found:
        nothing = _nothing_to_check(ground)
        return InputError(nothing.message, hint=nothing.hint, diagnostics=[nothing])
    # A finding with a place has been made of a text; what is no file must not be opened again.
    sources = _LockText(ground).sources if any(finding.span for finding in found) else {}
    return PluginRefused(found[0].message, hint=found[0].hint, diagnostics=found, sources=sources)


def _would_be_empty(ground: PluginGround, before: PluginLock) -> InputError:
    """Say that a lock would lose all that it names: mostly an option was forgotten."""
    names = ", ".join(f'"{each.name}"' for each in before.plugins[:_MOST_NAMES])
    more = len(before.plugins) - _MOST_NAMES
    finding = Diagnostic(
        code="AF-P408",
        message=f"the lock names {counted(len(before.plugins), 'plugin')}, and none is found: {ground.lock_name} "
        "is left as it is",
        hint="give the options that name the plugins (--plugin-path, --bundle-manifest), or --allow-empty",
        notes=(f"it names {names}{f' and {more} more' if more > 0 else ''}",),
    )
    return InputError(finding.message, hint=finding.hint, diagnostics=[finding], mask=masker_of(ground).mask_text)


def _nothing_to_check(ground: PluginGround) -> Diagnostic:
    folder = ground.lock_file.parent
    return Diagnostic(
        code="AF-P406",
        message=f'there is no lock of plugins to check: no {LOCK_NAME} in "{folder}"',
        hint="write one: `aetherflow plugins sync`",
    )
