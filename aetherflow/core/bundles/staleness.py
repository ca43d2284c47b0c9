"""What serves where a source cannot be reached: the copy that is here, told with its age, if that is allowed."""

from collections.abc import Sequence

from msgspec.structs import replace

from aetherflow.core.bundles.ages import age_in_words
from aetherflow.core.bundles.values import ActiveBundle, FetchFailed
from aetherflow.core.contracts.diagnostic import Diagnostic, Severity

OPTION = "--allow-stale-bundle"


def stale(bundle: ActiveBundle, failed: FetchFailed) -> ActiveBundle:
    """Mark a bundle as older than it should be."""
    return replace(bundle, is_stale=True, stale_reason=failed.message)


def stale_finding(bundle: ActiveBundle, failed: FetchFailed, now: float) -> Diagnostic:
    """Warn that an old copy is used: how old, and why."""
    first = failed.diagnostics[0]
    return Diagnostic(
        code="AF-B214",
        severity=Severity.WARNING,
        message=f'the bundle "{bundle.id}" is as its source was {_age(bundle, now)} ago: {failed.message}',
        hint=failed.hint,
        notes=first.notes,
        span=first.span,
    )


def with_copy_named(failed: FetchFailed, bundle: ActiveBundle, now: float) -> FetchFailed:
    """Say with a failure which copy there is, and how it would be used."""
    note = f"there is a copy of {_age(bundle, now)} ago: `{OPTION}` uses it"
    first, *others = failed.diagnostics
    return _with(failed, (replace(first, notes=(*first.notes, note)), *others))


def with_changes_named(failed: FetchFailed, changed: Sequence[Diagnostic]) -> FetchFailed:
    """Say with a failure that the copy which is here is no use, and what was changed in it."""
    return _with(failed, (*failed.diagnostics, *changed)) if changed else failed


def _with(failed: FetchFailed, diagnostics: Sequence[Diagnostic]) -> FetchFailed:
    return type(failed)(
        failed.message, hint=failed.hint, diagnostics=diagnostics, sources=failed.sources, mask=failed.mask
    )


def _age(bundle: ActiveBundle, now: float) -> str:
    return age_in_words(now - bundle.current_at)
