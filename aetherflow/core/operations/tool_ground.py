"""What a tool that is called alone stands on: the environment, the manifest with its bundle, the plugins, unread."""

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors
from aetherflow.core.contracts.errors import InputError, PluginRefused
from aetherflow.core.environment.masking import Masker, secrets_of_environment
from aetherflow.core.environment.settings import Settings, read_settings, unknown_settings
from aetherflow.core.environment.snapshot import Snapshot, take_snapshot
from aetherflow.core.operations.bundle_plugins import NO_BUNDLE
from aetherflow.core.operations.masked_refusals import masked_refusals
from aetherflow.core.operations.plugin_documents import PluginDocuments, read_plugin_documents, with_plugins_file
from aetherflow.core.operations.plugin_ground import mode_of
from aetherflow.core.operations.plugin_settings import setting_findings
from aetherflow.core.operations.plugins_found import PluginsFound, find_plugins, texts_of, with_trusted_hook
from aetherflow.core.operations.requests import SurroundingsRequest

if TYPE_CHECKING:
    from aetherflow.core.operations.flow_bundle import FlowBundle


class ToolGround(Struct, frozen=True, kw_only=True):
    """The plugins with what they were found by. ``warnings`` are to be told; ``bundle`` is held as long as this is."""

    plugins: PluginsFound
    snapshot: Snapshot
    masker: Masker
    bundle: "FlowBundle | None"
    warnings: tuple[Diagnostic, ...]

    @property
    def settings(self) -> Settings:
        """The settings, with the secrets hook that the mode allows."""
        return self.plugins.ground.settings


def tool_ground(request: SurroundingsRequest) -> ToolGround:
    """Read it as a run in the current directory does; raises InputError and PluginRefused for what stops that."""
    snapshot = take_snapshot(request.environ)
    settings = read_settings(snapshot)
    masker = Masker(secrets_of_environment(snapshot, settings.secret_env))
    with masked_refusals(masker):
        return _ground(request, snapshot, settings, masker)


def _ground(request: SurroundingsRequest, snapshot: Snapshot, settings: Settings, masker: Masker) -> ToolGround:
    documents = read_plugin_documents(request.bundle_manifest, None, None)
    bundle = _bundle(documents, snapshot, settings, masker)
    if bundle:
        snapshot = bundle.environment(snapshot)
        for origin, value in secrets_of_environment(snapshot, settings.secret_env):
            masker.add(origin, value)
    inside = bundle.plugins() if bundle else NO_BUNDLE
    documents = with_plugins_file(documents, request.plugins_file or inside.plugins_file, Path.cwd())
    plugins = find_plugins(request, snapshot, settings, documents, (), inside)
    _refuse_errors(plugins, snapshot)
    told = (
        *snapshot.diagnostics,
        *unknown_settings(snapshot.values),
        *plugins.input_errors,
        *plugins.told,
        *setting_findings(plugins),
        *(bundle.diagnostics if bundle else ()),
    )
    return ToolGround(plugins=plugins, snapshot=snapshot, masker=masker, bundle=bundle, warnings=told)


def _bundle(documents: PluginDocuments, snapshot: Snapshot, settings: Settings, masker: Masker) -> "FlowBundle | None":
    if documents.manifest is None or documents.manifest.bundle is None:
        return None
    from aetherflow.core.operations.flow_bundle import bundle_of_flow  # deferred: most manifests name no bundle

    hooked = with_trusted_hook(settings, mode_of(settings, documents), documents)
    return bundle_of_flow(documents.manifest, snapshot, hooked, masker, allow_stale=False)


def _refuse_errors(plugins: PluginsFound, snapshot: Snapshot) -> None:
    """Raise what a run would end with before it loads a plugin."""
    of_input = [*snapshot.diagnostics, *plugins.input_errors]
    errors = [finding for finding in (*of_input, *plugins.told) if has_errors([finding])]
    if errors:
        refusal = InputError if has_errors(of_input) else PluginRefused
        raise refusal(errors[0].message, hint=errors[0].hint, diagnostics=errors, sources=texts_of(errors))
