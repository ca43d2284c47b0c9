"""The names that plugins.yaml and the manifest let plugins override, and that nothing has."""

from collections.abc import Iterator
from functools import partial

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.operations.plugin_documents import PluginDocuments
from aetherflow.core.plugins.plugin_set import PluginSet


def idle_overrides(documents: PluginDocuments, found: PluginSet) -> Iterator[Diagnostic]:
    """Say of each entry that it is no name which anything registers, as far as that can be known."""
    manifest, settings = documents.manifest, documents.plugins_file
    trusted = manifest.definition.trust.overrides if manifest else []
    allowed = settings.definition.allow_overrides if settings else []
    if not trusted and not allowed:
        return
    from aetherflow.core.plugins.written_lists import WrittenList, override_findings  # deferred: mostly none is listed

    if manifest:
        place = partial(manifest.span, "trust", "overrides")
        yield from override_findings(WrittenList("trust.overrides", "the manifest", trusted, place), found)
    if settings:
        place = partial(settings.span, "allow_overrides")
        yield from override_findings(WrittenList("allow_overrides", "the plugins file", allowed, place), found)


def misspelt_overrides(documents: PluginDocuments, found: PluginSet) -> Iterator[Diagnostic]:
    """Give those of them that are likely to mean another name: a run without the plugin of one is in order."""
    return (finding for finding in idle_overrides(documents, found) if finding.label)
