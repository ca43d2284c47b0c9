"""Findings about names that a plugin may not have."""

from collections.abc import Iterable

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.span import Span
from aetherflow.core.diagnostics.suggestion import nearest
from aetherflow.core.plugins.line_places import whole_line
from aetherflow.core.plugins.modes import Mode

_BUILT_IN = "built-in"


def refused_override(
    contribution: Contribution, earlier: Contribution, mode: Mode, allowed: Iterable[str] = ()
) -> Diagnostic:
    """Say that a plugin would take a name that nobody gave it leave to take; ``allowed`` are the names that may be."""
    written = nearest(earlier.name, sorted(allowed))
    you_wrote = f' (you wrote "{written}")' if written is not None else ""
    if mode == "enterprise":
        code, leave = "AF-P602", f'; the operator may list "{earlier.name}" under trust.overrides'
    else:
        code, leave = "AF-P601", f', or list "{earlier.name}" under allow_overrides of plugins.yaml'
    return Diagnostic(
        code=code,
        message=f'the plugin "{contribution.plugin}" may not override {described(earlier)}',
        hint=f"give yours another name{leave}{you_wrote}",
        notes=(f"the one at {place_of(earlier)} stays in effect",),
        span=span_of(contribution),
    )


def reserved_name(contribution: Contribution, reason: str) -> Diagnostic:
    """Say that a plugin registers a name that no plugin may register."""
    return Diagnostic(
        code="AF-P603",
        message=f'the plugin "{contribution.plugin}" may not register the {contribution.kind} "{contribution.name}"',
        hint=f"give it another name: {reason}",
        span=span_of(contribution),
    )


def described(contribution: Contribution) -> str:
    """Name a contribution with the one that it is of."""
    if contribution.origin == _BUILT_IN:
        return f'the built-in {contribution.kind} "{contribution.name}"'
    return f'the {contribution.kind} "{contribution.name}" of the plugin "{contribution.plugin}"'


def place_of(contribution: Contribution) -> str:
    """Name the place that registers something."""
    return f"{contribution.file}:{contribution.line}"


def span_of(contribution: Contribution) -> Span:
    """Give the line that registers something."""
    return whole_line(contribution.file, contribution.line)
