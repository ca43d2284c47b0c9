"""Names that belong to AetherFlow itself, whatever a plugin's origin and whatever is allowed to it."""

from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.plugins.distribution_names import normalised_name
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.plugin_ids import RESERVED_NAMES
from aetherflow.core.plugins.plugin_tree import PLUGIN_MANIFEST

#: The words right behind `aetherflow`, those too that later versions bring: they must not break plugins then.
CORE_COMMANDS = frozenset(
    {
        "bundle",
        "dev",
        "explain",
        "graph",
        "help",
        "init",
        "locks",
        "plugins",
        "run",
        "runs",
        "schema",
        "serve",
        "tools",
        "validate",
    }
)

#: What a step type may not begin with, and whose such names are.
STEP_PREFIXES = {"aetherflow.": "AetherFlow's own step types", "tool.": "the step types of tools"}


#: The schemes that are read without any compiler, whoever registers one.
OWN_SCHEMES = frozenset({"file", "stdin"})


def why_reserved(contribution: Contribution) -> str | None:
    """Say why no plugin may register this name; None where one may."""
    name = contribution.name.strip().casefold()
    if contribution.kind == "command":
        return _why_no_command(name)
    if contribution.kind == "compiler":
        return f'AetherFlow itself reads "{name}://"' if name in OWN_SCHEMES else None
    if contribution.kind == "step":
        found = (
            f'names that begin with "{prefix}" are {whose}'
            for prefix, whose in STEP_PREFIXES.items()
            if name.startswith(prefix)
        )
        return next(found, None)
    return None


def _why_no_command(name: str) -> str | None:
    if name in CORE_COMMANDS:
        return f'"{name}" is a command of AetherFlow itself'
    return f'"{name}" would be read as an option' if name.startswith("-") else None


def reserved_plugin_findings(plugin: KnownPlugin) -> Iterator[Diagnostic]:
    """Say that a plugin has a name that no plugin may have."""
    source = plugin.source
    if normalised_name(source.name) in RESERVED_NAMES:
        yield Diagnostic(
            code="AF-P603",
            message=f'no plugin may be called "{source.name}": the built-ins are',
            hint=f"give it another name: `name: my-{source.name}` in its {PLUGIN_MANIFEST}",
            span=source.manifest_spans.get("name"),
            path=("name",) if "name" in source.manifest_spans else (),
        )
