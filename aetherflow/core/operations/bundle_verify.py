"""`bundle verify`: hashes every file of the bundle that is here, and asks no source."""

from aetherflow.core.bundles.holds import hold_tree
from aetherflow.core.bundles.verification import verify
from aetherflow.core.operations.bundle_report import BundleReport, bundle_here, command_ground, report_of
from aetherflow.core.operations.requests import SurroundingsRequest


def verify_bundle(request: SurroundingsRequest) -> BundleReport:
    """Give the bundle with a finding for each file that is not as it was fetched; raises InputError if none was."""
    ground = command_ground(request)
    bundle = bundle_here(ground)
    hold = hold_tree(bundle.root)  # a sync meanwhile must not evict what is looked at
    try:
        return report_of(ground, bundle, verify(bundle))
    finally:
        if hold:
            hold.release()
