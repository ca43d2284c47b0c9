"""`bundle status`: what was last fetched; asks no source and reads no file of the bundle."""

from aetherflow.core.operations.bundle_report import BundleReport, bundle_here, command_ground, report_of
from aetherflow.core.operations.requests import SurroundingsRequest


def bundle_status(request: SurroundingsRequest) -> BundleReport:
    """Give the bundle as it is on record; raises InputError where it was never fetched."""
    ground = command_ground(request)
    return report_of(ground, bundle_here(ground), [])
