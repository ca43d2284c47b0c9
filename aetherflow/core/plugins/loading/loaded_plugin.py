"""What loading a plugin has given, or what is wrong with it."""

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.contracts.registry import Kind
from aetherflow.core.plugins.loading.mounted_plugin import Registered
from aetherflow.core.plugins.loading.snapshot import Snapshot
from aetherflow.core.plugins.loading.surroundings import SideEffect


class LoadFailure(Struct, frozen=True):
    """A module, by its name in the snapshot, that could not be imported or registers what breaks its contract."""

    module: str
    diagnostic: Diagnostic


class LoadedPlugin(Struct, frozen=True, kw_only=True):
    """What loading a plugin has given. Modules with failures contribute nothing; of a package they are all one.

    ``name`` is that of its outermost module in ``sys.modules``. ``imported_before`` are real names of an installed
    plugin's modules that others had imported, unverified, before it was loaded.
    """

    name: str
    snapshot: Snapshot
    contributions: tuple[Registered, ...]
    failures: tuple[LoadFailure, ...] = ()
    side_effects: tuple[SideEffect, ...] = ()
    import_seconds: float = 0
    imported_before: tuple[str, ...] = ()

    def contribution(self, kind: Kind, name: str) -> Registered | None:
        """Give what is registered under a name; None where it is not, or its module failed."""
        return next((each for each in self.contributions if (each.kind, each.name) == (kind, name)), None)


def refusal(loaded: LoadedPlugin) -> PluginRefused | None:
    """Give the error that a plugin with failures ends a strict run with."""
    if not loaded.failures:
        return None
    findings = [failure.diagnostic for failure in loaded.failures]
    places = {finding.span.file for finding in findings if finding.span}
    sources = {path: text for path, text in loaded.snapshot.texts().items() if path in places}
    return PluginRefused(findings[0].message, hint=findings[0].hint, diagnostics=findings, sources=sources)
