"""Findings about what a plugin requires of others."""

from collections.abc import Iterable, Sequence

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.inventory import KnownPlugin

_LONGEST_SHOWN = 10  # plugins; of a longer cycle the middle is left out


def missing_plugin(plugin: KnownPlugin, number: int, name: str, known: Iterable[str]) -> Diagnostic:
    """Say that no plugin has the name that is required."""
    from aetherflow.core.diagnostics.suggestion import did_you_mean  # deferred: only wanted when something is wrong

    return Diagnostic(
        code="AF-P303",
        message=f'the plugin "{plugin.source.id}" requires "{name}", and there is no plugin of that name',
        label=did_you_mean(name, known),
        hint="install it or name its folder; `aetherflow plugins list` shows the plugins that are there",
        span=_span(plugin, number),
        path=("requires", number),
    )


def wrong_version(plugin: KnownPlugin, number: int, name: str, versions: Sequence[str]) -> Diagnostic:
    """Say that the plugin that is required is there, in a version that does not serve."""
    return Diagnostic(
        code="AF-P303",
        message=f'the plugin "{plugin.source.id}" requires "{_written(plugin, number)}", and "{name}" is '
        f"there in version {' and '.join(versions)}",
        hint="bring in a version that is asked for, or widen the range where the other serves",
        span=_span(plugin, number),
        path=("requires", number),
    )


def required_is_left_out(plugin: KnownPlugin, number: int, other: str, why: Diagnostic) -> Diagnostic:
    """Say that what is required is there, and may not load itself."""
    return Diagnostic(
        code="AF-P303",
        message=f'the plugin "{plugin.source.id}" requires "{other}", which is left out itself',
        hint=f'mend "{other}" first: {why.code}{_at(why.span)}',
        span=_span(plugin, number),
        path=("requires", number),
    )


def required_is_disabled(plugin: KnownPlugin, number: int, other: str) -> Diagnostic:
    """Say that what is required is there, and its user does not want it to load."""
    from aetherflow.core.plugins.switch_findings import how_to_enable  # deferred: mostly nothing is disabled

    return Diagnostic(
        code="AF-P303",
        message=f'the plugin "{plugin.source.id}" requires "{other}", which is disabled on this machine',
        hint=how_to_enable(other),
        span=_span(plugin, number),
        path=("requires", number),
    )


def cycle_finding(plugin: KnownPlugin, number: int, cycle: Sequence[str]) -> Diagnostic:
    """Say that a plugin requires itself, over which others; ``cycle`` has it at both ends."""
    if len(cycle) == 2:
        message, hint = f'the plugin "{cycle[0]}" requires itself', "take it out of its own `requires`"
    else:
        message = f"plugins require each other: {_shown(cycle)}"
        hint = "take one of these requirements out; what both need can be a plugin of its own"
    return Diagnostic(
        code="AF-P304",
        message=message,
        hint=hint,
        span=_span(plugin, number),
        path=("requires", number),
    )


def _shown(cycle: Sequence[str]) -> str:
    if len(cycle) - 1 <= _LONGEST_SHOWN:
        return " → ".join(cycle)
    half = _LONGEST_SHOWN // 2
    return " → ".join([*cycle[:half], f"… {len(cycle) - 2 * half} more …", *cycle[-half:]])


def _written(plugin: KnownPlugin, number: int) -> str:
    manifest = plugin.source.manifest
    return manifest.requires[number] if manifest else ""


def _span(plugin: KnownPlugin, number: int) -> Span | None:
    return plugin.source.manifest_spans.get(f"requires[{number}]")


def _at(span: Span | None) -> str:
    return f" at {span.file}:{span.line}" if span else ""
