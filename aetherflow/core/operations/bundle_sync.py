"""`bundle sync`: fetches the bundle of a manifest where there is something new, or what is here was changed."""

from aetherflow.core.operations.bundle_cache import synchronised_bundle
from aetherflow.core.operations.bundle_report import BundleReport, command_ground, report_of
from aetherflow.core.operations.requests import SurroundingsRequest


def sync_bundle(request: SurroundingsRequest, *, allow_stale: bool = False) -> tuple[BundleReport, bool]:
    """Give the bundle, and whether it was fetched; raises InputError and PluginRefused."""
    ground = command_ground(request)
    outcome = synchronised_bundle(ground, allow_stale=allow_stale, replaces_changed=True)
    outcome.hold.release()
    return report_of(ground, outcome.active, outcome.diagnostics), outcome.fetched
