"""Findings about origins: paths that lead nowhere, and origins that a mode refuses."""

from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.path_look import PathFacts


def path_findings(facts: PathFacts, written: str, source: str) -> Iterator[Diagnostic]:
    """Say why a path cannot be a plugin; nothing where it can."""
    named = f'the plugin path "{_shown(written)}" of {source}'
    if facts.kind == "missing":
        yield Diagnostic(code="AF-P102", message=f"{named} does not exist", hint=_advice_on_missing(written, source))
    elif facts.kind == "unreadable":
        yield Diagnostic(
            code="AF-P103",
            message=f"{named} cannot be read: {facts.reason}",
            hint="give the user who runs the flow the right to read and enter it",
        )
    elif facts.kind == "other":
        yield Diagnostic(
            code="AF-P104",
            message=f"{named} is no plugin: it is neither a folder nor a .py file",
            hint="name a folder of modules, a package's folder or one .py file; install a wheel with pip",
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


def _advice_on_missing(written: str, source: str) -> str:
    if ":" in written and source == "AETHERFLOW_PLUGIN_PATHS":
        return "the paths are separated by commas"
    if written.startswith("~") and source == "the manifest":
        return '"~" has no meaning in a manifest: write the path in full, or relative to the manifest\'s folder'
    base = "the manifest's folder" if source == "the manifest" else "the current directory"
    return f"correct it or take it out; a relative path is relative to {base}"


def _shown(written: str) -> str:
    return written.replace("\0", "\\0")
