"""The words for modules that are nowhere, whether the text of an import told it or running it."""

from collections.abc import Iterable

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.plugins.registration_calls import API_MODULE, OURS


def no_such_module(name: str, known: Iterable[str], place: Span, severity: Severity = Severity.ERROR) -> Diagnostic:
    """Say that there is no module of an absolute name; ``known`` are those of the plugin."""
    is_of_ours = name.startswith(f"{OURS}.")
    return Diagnostic(
        code="AF-P503",
        severity=severity,
        message=f'there is no module "{name}"' + ("" if is_of_ours else ": neither in the plugin, nor installed"),
        label=None if is_of_ours else did_you_mean(name, known),
        hint=f"import what you need from {API_MODULE}: nothing else of {OURS} is for plugins"
        if is_of_ours
        else "install the package that provides it where aetherflow is installed",
        span=place,
    )


def no_such_sibling(name: str, known: Iterable[str], place: Span) -> Diagnostic:
    """Say that the plugin has no module of a name, which is dotted and begins at the plugin's root."""
    return Diagnostic(
        code="AF-P503",
        message=f'there is no module "{name}" in the plugin',
        label=did_you_mean(name, known),
        span=place,
    )
