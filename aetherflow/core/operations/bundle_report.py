"""What the commands about a bundle tell of it, and what they read first."""

import time
from collections.abc import Callable, Mapping

from msgspec import Struct

from aetherflow.core.bundles.activation import active_bundle
from aetherflow.core.bundles.cache import bundle_cache
from aetherflow.core.bundles.records import source_key
from aetherflow.core.bundles.shown_location import shown_location
from aetherflow.core.bundles.values import ActiveBundle
from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors
from aetherflow.core.contracts.errors import InputError, system_reason
from aetherflow.core.environment.masking import Masker, secrets_of_environment
from aetherflow.core.environment.settings import read_settings
from aetherflow.core.environment.snapshot import take_snapshot
from aetherflow.core.operations.bundle_cache import BundleGround, bundle_ground, manifest_text, told_with_manifest
from aetherflow.core.operations.plugin_documents import read_plugin_documents
from aetherflow.core.operations.plugin_ground import mode_of
from aetherflow.core.operations.plugins_found import with_trusted_hook
from aetherflow.core.operations.requests import SurroundingsRequest


class BundleReport(Struct, frozen=True, kw_only=True):
    """A bundle on this machine. ``findings`` are about it: ``sources`` has the texts that they point into, and ``mask``
    takes the secrets of the source out of what they say.

    Times are UTC seconds since 1970; ``age_seconds`` is how long ago the source was last known to have this.
    """

    id: str
    type: str
    source: str
    revision: str
    digest: str
    root: str
    file_count: int
    detail: Mapping[str, str]
    fetched_at: float
    current_at: float
    age_seconds: float
    is_stale: bool = False
    stale_reason: str | None = None
    findings: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, str] = {}
    mask: Callable[[str], str] = str


def command_ground(request: SurroundingsRequest) -> BundleGround:
    """Read what a command about the bundle needs; raises InputError and PluginRefused."""
    snapshot = take_snapshot(request.environ)
    if has_errors(snapshot.diagnostics):
        first = snapshot.diagnostics[0]
        raise InputError(first.message, hint=first.hint, diagnostics=snapshot.diagnostics)
    settings = read_settings(snapshot)
    documents = read_plugin_documents(request.bundle_manifest, None, None)
    if documents.manifest is None:
        raise InputError("no manifest is named", hint="name it: `--bundle-manifest FILE`")
    settings = with_trusted_hook(settings, mode_of(settings, documents), documents)
    masker = Masker(secrets_of_environment(snapshot, settings.secret_env))
    return bundle_ground(documents.manifest, snapshot, settings, masker)


def bundle_here(ground: BundleGround) -> ActiveBundle:
    """Give what was last fetched; raises InputError where nothing was, BundleChanged where its record is damaged."""
    with told_with_manifest(ground):
        bundle = active_bundle(ground.cache_root, ground.section.id, ground.source)
        if bundle is None:
            raise InputError.of(_not_here(ground))
    return bundle


def report_of(ground: BundleGround, bundle: ActiveBundle, findings: list[Diagnostic]) -> BundleReport:
    """Tell of a bundle, with every secret of the source hidden."""
    mask = ground.masker.mask_text
    return BundleReport(
        id=bundle.id,
        type=ground.source.type,
        source=mask(bundle.source),
        revision=mask(bundle.revision),
        digest=bundle.digest,
        root=str(bundle.root),
        file_count=len(bundle.files),
        detail={key: mask(value) for key, value in bundle.detail.items()},
        fetched_at=bundle.fetched_at,
        current_at=bundle.current_at,
        age_seconds=max(0.0, time.time() - bundle.current_at),
        is_stale=bundle.is_stale,
        stale_reason=mask(bundle.stale_reason) if bundle.stale_reason else None,
        findings=tuple(findings),
        sources=manifest_text(ground.manifest),
        mask=mask,
    )


def _not_here(ground: BundleGround) -> Diagnostic:
    """Say why there is no bundle: it never was fetched, the cache cannot be looked into, or somebody has emptied it."""
    bundle, cache = ground.section.id, bundle_cache(ground.cache_root, ground.section.id)
    message = f'the bundle "{bundle}" was never fetched from "{shown_location(ground.source.location)}"'
    try:
        cache.pointer_file(source_key(ground.source)).stat()
        message = f'the bundle "{bundle}" was fetched, and is gone from the cache "{cache.folder}" or illegible there'
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        return Diagnostic(
            code="AF-B210",
            message=f'the cache of bundles "{cache.folder}" cannot be read: {system_reason(error)}',
            hint="give the user who runs aetherflow the right to read it, or set AETHERFLOW_STATE_ROOT",
        )
    hint = "fetch it: `aetherflow bundle sync`"
    return Diagnostic(code="AF-B215", message=message, hint=hint, span=ground.source.place("location"))
