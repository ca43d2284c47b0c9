"""Findings about origins: paths that lead nowhere, and origins that a mode refuses."""

from collections.abc import Iterator

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.path_look import PathFacts


class NamedPath(Struct, frozen=True):
    """A path as it is written, the absolute one that it stands for, what names it in words, and the place of that."""

    written: str
    path: str
    source: str
    span: Span | None


def path_findings(facts: PathFacts, named: NamedPath) -> Iterator[Diagnostic]:
    """Say why a path cannot be a plugin; nothing where it can."""
    subject = f'the plugin path "{_shown(named.written)}" of {named.source}'
    if facts.kind == "missing":
        from aetherflow.core.plugins.path_guesses import advice_on_missing, meant_path  # deferred: mostly it is there

        meant = meant_path(named.written, named.path)
        yield Diagnostic(
            code="AF-P102",
            message=f"{subject} does not exist",
            label=f'did you mean "{meant}"?' if meant else None,
            hint=advice_on_missing(named.written, named.path, named.source),
            span=named.span,
        )
    elif facts.kind == "unreadable":
        yield Diagnostic(
            code="AF-P103",
            message=f"{subject} cannot be read: {facts.reason}",
            hint="give the user who runs the flow the right to read and enter it",
            span=named.span,
        )
    elif facts.kind == "other":
        yield Diagnostic(
            code="AF-P104",
            message=f"{subject} is no plugin: it is neither a folder nor a .py file",
            hint="name a folder of modules, a package's folder or one .py file; install a wheel with pip",
            span=named.span,
        )


def named_again(written: str, source: str, first: str, first_source: str) -> Diagnostic:
    """Note that a path is named once more; it is one plugin all the same."""
    return Diagnostic(
        code="AF-P105",
        severity=Severity.NOTE,
        message=f'the plugin path "{_shown(written)}" of {source} is "{first}" of {first_source} again: it loads once',
        hint="it keeps the place in the load order where it is named first",
    )


def refusal_finding(code: str, named: str, reason: str, hint: str) -> Diagnostic:
    """Say that an origin is not loaded, and why."""
    message = f'"{_shown(named)}" is not loaded: {reason}'
    return Diagnostic(code=code, severity=Severity.WARNING, message=message, hint=hint)


def _shown(written: str) -> str:
    return written.replace("\0", "\\0")
