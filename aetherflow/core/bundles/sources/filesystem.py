"""Takes a folder of this machine as it is at one moment, file by file."""

from pathlib import Path

from aetherflow.core.bundles.deadline import Deadline
from aetherflow.core.bundles.file_tree.budget import Budget
from aetherflow.core.bundles.file_tree.faults import SourceFault, cannot_be_written, shown_name, told_of
from aetherflow.core.bundles.file_tree.names import hint_for_missing, named
from aetherflow.core.bundles.folders.copying import FolderReading, copy_folder, read_folder
from aetherflow.core.bundles.folders.opened import OpenedFolder
from aetherflow.core.bundles.private_tree import PrivateTree
from aetherflow.core.bundles.values import BundleSource, Fetched, Limits
from aetherflow.core.contracts.errors import system_reason


class FilesystemFetcher:
    """Fetches from folders. What one has is named by the digest of its tree."""

    def is_current(self, source: BundleSource, fetched: Fetched) -> bool | None:
        """Read the folder, without copying it, and compare."""
        limits = Limits()
        with told_of(source, _named(source)), _opened(source) as folder:
            reading = read_folder(folder, Budget(limits), Deadline(limits.seconds))
        return fetched.revision == _revision(reading)

    def fetch(self, source: BundleSource, into: Path, limits: Limits) -> Fetched:
        """Copy the folder."""
        budget = Budget(limits)
        with told_of(source, _named(source)), _opened(source) as folder, _written(source, into) as tree:
            reading = copy_folder(folder, tree, budget, Deadline(limits.seconds))
        where = {"folder": str(_path(source).resolve())}
        detail = where | budget.detail() | named("links_left_out", reading.dangling)
        return Fetched(revision=_revision(reading), detail=detail)


def _revision(reading: FolderReading) -> str:
    return f"tree:{reading.listing.digest.partition(':')[2]}"


def _named(source: BundleSource) -> str:
    return f"folder {shown_name(source.location)}"


def _path(source: BundleSource) -> Path:
    return source.folder.absolute() / source.location


def _opened(source: BundleSource) -> OpenedFolder:
    path = _path(source)
    try:
        return OpenedFolder(path)
    except FileNotFoundError:
        raise SourceFault("AF-B184", "it does not exist", hint_for_missing(source.location, path)) from None
    except NotADirectoryError:
        what, hint = "it is no folder", "name a folder; for a zip or a tar.gz, the source has the type archive"
        raise SourceFault("AF-B184", what, hint) from None
    except PermissionError:
        hint = "give the user who runs aetherflow the right to read it"
        raise SourceFault("AF-B185", "it may not be read", hint) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise SourceFault("AF-B184", f"it cannot be opened: {system_reason(error)}") from None


def _written(source: BundleSource, into: Path) -> PrivateTree:
    """Open the folder to write into; inside the one that is copied, each copy would have all earlier ones in it."""
    if into.resolve().is_relative_to(_path(source).resolve()):
        what = f"the cache of bundles is in it, at {shown_name(str(into.parent))}"
        raise SourceFault("AF-B184", what, "name a folder of its own for flows, or set AETHERFLOW_STATE_ROOT elsewhere")
    try:
        return PrivateTree(into)
    except OSError as error:
        raise cannot_be_written(error) from None
