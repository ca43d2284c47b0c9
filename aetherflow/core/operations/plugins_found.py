"""The plugins that a flow would run with, and what is to be said of them beside the flow's own findings."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.registry import Contribution, Kind
from aetherflow.core.documents.regular_files import read_beginning
from aetherflow.core.environment.settings import Settings
from aetherflow.core.environment.snapshot import Snapshot
from aetherflow.core.operations.bundle_plugins import NO_BUNDLE, BundlePlugins
from aetherflow.core.operations.override_lists import misspelt_overrides
from aetherflow.core.operations.plugin_documents import PluginDocuments
from aetherflow.core.operations.plugin_ground import PluginGround, ground_of
from aetherflow.core.operations.plugin_surroundings import gathered
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.modes import Mode
from aetherflow.core.plugins.module_reading import Provided
from aetherflow.core.plugins.plugin_set import PluginSet
from aetherflow.core.plugins.small_files import LARGEST_BYTES
from aetherflow.core.plugins.strictness import input_errors, plugin_findings
from aetherflow.core.validation.absent_plugins import AbsentPlugins, DisabledPlugin, SearchedPlugins


class PluginsFound(Struct, frozen=True, kw_only=True):
    """The set of plugins with what it was found by. ``told`` are findings of the plugins that concern every flow."""

    ground: PluginGround
    found: PluginSet
    input_errors: tuple[Diagnostic, ...]
    told: tuple[Diagnostic, ...]
    sources: Mapping[str, str]

    def absent(self) -> AbsentPlugins:
        """Say which plugins may register more than is known, and which may not load at all."""
        return AbsentPlugins(
            unread=tuple(plugin.source.name for plugin in self.found.unread()),
            left_out={
                (provided.kind, provided.name): left_out.plugin.source.name
                for left_out in self.found.left_out
                for provided in left_out.plugin.contents.provides
            },
            unregistered=dict(self._unregistered()),
            disabled=dict(self._disabled()),
            disabled_unread=tuple(
                _told(each.plugin) for each in self.found.disabled if not each.plugin.contents.is_complete
            ),
            searched=self._searched(),
            are_told=self.found.strict,
        )

    def place_of(self, plugin: KnownPlugin, declared: Provided) -> str:
        """Name the line that declares something, relative to the current directory where it lies below."""
        path = Path(plugin.source.path_of(declared.file))
        shown = path.relative_to(self.ground.cwd) if path.is_relative_to(self.ground.cwd) else path
        return f"{shown}:{declared.line}"

    def _unregistered(self) -> Iterator[tuple[tuple[Kind, str], str]]:
        for plugin in self.found.plugins:
            for declared in plugin.contents.unregistered:
                yield (declared.kind, declared.name), self.place_of(plugin, declared)

    def _disabled(self) -> Iterator[tuple[tuple[Kind, str], DisabledPlugin]]:
        for left in self.found.disabled:
            for provided in left.plugin.contents.provides:
                yield (provided.kind, provided.name), _told(left.plugin)

    def _searched(self) -> SearchedPlugins:
        found = self.found
        kinds = [refused.origin.kind for refused in found.origins.refused]
        return SearchedPlugins(
            mode=found.mode,
            plugins=tuple(plugin.source.name for plugin in found.all_plugins()),
            silent=tuple(plugin.source.name for plugin in found.plugins if plugin.contents.registers_nothing),
            refused_paths=sum(kind in ("environment", "flag", "bundle") for kind in kinds),
            refused_packages=kinds.count("package"),
        )


def _told(plugin: KnownPlugin) -> DisabledPlugin:
    from aetherflow.core.plugins.switch_findings import how_to_enable  # deferred: mostly none is disabled

    return DisabledPlugin(plugin.source.id, how_to_enable(plugin.source.id))


def find_plugins(
    request: SurroundingsRequest,
    snapshot: Snapshot,
    settings: Settings,
    documents: PluginDocuments,
    embedded: tuple[Contribution, ...] = (),
    bundle: BundlePlugins = NO_BUNDLE,
) -> PluginsFound:
    """Find the plugins for a flow; raises InputError and PluginRefused."""
    ground = replace(ground_of(request, snapshot, settings, documents), embedded=embedded, bundle=bundle)
    found = gathered(ground)  # by the settings as they are: a hook that the mode refuses is told
    told = (*plugin_findings(found), *misspelt_overrides(documents, found))
    return PluginsFound(
        ground=replace(ground, settings=with_trusted_hook(ground.settings, ground.mode, documents)),
        found=found,
        input_errors=tuple(input_errors(found)),
        told=told,
        sources={**texts_of(told), **documents.sources},
    )


def with_trusted_hook(settings: Settings, mode: Mode, documents: PluginDocuments) -> Settings:
    """Name the secrets hook that the mode allows: the environment's, unless only the manifest may name one."""
    is_named = bool(settings.secrets_module or settings.secrets_path)
    if mode == "internal_fast" and is_named:
        return settings
    manifest = documents.manifest
    secrets = manifest.definition.secrets if manifest else None
    if manifest is None or secrets is None:
        return replace(settings, secrets_module=None, secrets_path=None) if is_named else settings
    path = manifest.secrets_path
    return replace(settings, secrets_module=manifest.secrets_module, secrets_path=path)


def texts_of(findings: Iterable[Diagnostic]) -> dict[str, str]:
    """Read the files that findings point into, so that they are shown with their lines."""
    files = {finding.span.file for finding in findings if finding.span}
    return {file: text for file in files if (text := _text(file)) is not None}


def _text(file: str) -> str | None:
    try:
        return read_beginning(file, LARGEST_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):
        return None
