"""The mode of an installation: how much of its surroundings it trusts with plugin code."""

from typing import Literal

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.span import Span

Mode = Literal["internal_fast", "enterprise"]

#: From the mildest to the strictest.
MODES: tuple[Mode, ...] = ("internal_fast", "enterprise")


def stricter_mode(manifest: str | None, environment: str | None, *, manifest_span: Span | None = None) -> Mode:
    """Give the stricter of the manifest's `mode` and AETHERFLOW_MODE; None stands for one that does not say.

    Spaces around and case are ignored. Raises InputError with one finding for each that is no mode: a mode that was
    misspelt must not become the milder one.
    """
    findings = []
    modes = []
    for written, owner, span in ((manifest, "the manifest", manifest_span), (environment, "AETHERFLOW_MODE", None)):
        if written is None:
            continue
        if (mode := _mode_named(written)) is None:
            findings.append(_unknown_mode(written, owner, span))
        else:
            modes.append(mode)
    if findings:
        raise InputError(findings[0].message, hint=findings[0].hint, diagnostics=findings)
    return max(modes, key=MODES.index, default=MODES[0])


def _mode_named(written: str) -> Mode | None:
    word = written.strip().lower()
    return next((mode for mode in MODES if mode == word), None)


def _unknown_mode(written: str, owner: str, span: Span | None) -> Diagnostic:
    from aetherflow.core.diagnostics.suggestion import did_you_mean  # deferred: only wanted when something is wrong

    return Diagnostic(
        code="AF-P101",
        message=f'the mode "{written}" of {owner} is unknown',
        label=did_you_mean(written, MODES),
        hint=f"accepted are: {', '.join(MODES)}",
        span=span,
    )
