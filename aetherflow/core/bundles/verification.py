"""Whether a bundle on this machine still is what was fetched: every file is hashed anew."""

from collections.abc import Iterable, Iterator, Mapping

from aetherflow.core.bundles.listing import TreeReading, printable, read_tree
from aetherflow.core.bundles.values import ActiveBundle
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import PluginRefused, system_reason

_FETCH_ANEW = "`aetherflow bundle sync` fetches the bundle anew"


class BundleChanged(PluginRefused):
    """What lies on this machine is not what was fetched."""


def verify(bundle: ActiveBundle) -> list[Diagnostic]:
    """Name every file that was changed, added or removed since the bundle was fetched."""
    try:
        reading = read_tree(bundle.root)
    except OSError as error:
        return [_unreadable_root(bundle, error)]
    return list(differences(bundle, reading))


def require_unchanged(bundle: ActiveBundle) -> None:
    """Raise BundleChanged, with a finding for every file, where a bundle is not what was fetched."""
    if found := verify(bundle):
        raise bundle_changed(found)


def bundle_changed(found: list[Diagnostic]) -> BundleChanged:
    """Make the error of findings."""
    return BundleChanged(found[0].message, hint=found[0].hint, diagnostics=found)


def differences(bundle: ActiveBundle, reading: TreeReading) -> Iterator[Diagnostic]:
    """Compare a bundle's tree, as it was read, with what was fetched."""
    if reading.listing.digest == bundle.digest and not reading.strange:
        return
    name, now = bundle.id, reading.listing
    yield from (_strange(name, path, what) for path, what in reading.strange.items())
    for path in sorted(bundle.files.keys() | now.files.keys()):
        if path not in now.files:
            if not _stands_under(path, reading.strange):
                yield _missing(name, path)
        elif path not in bundle.files:
            yield _added(name, path)
        elif now.files[path] != bundle.files[path]:
            yield _changed(name, path)
        elif (path in now.executable) != (path in bundle.executable):
            yield _other_right(name, path, is_executable=path in now.executable)
    yield from _folder_differences(bundle, reading)


def _folder_differences(bundle: ActiveBundle, reading: TreeReading) -> Iterator[Diagnostic]:
    """Compare empty folders; one that is no longer empty, or is now, is told by the files in it."""
    there_now = [*reading.listing.files, *reading.listing.empty_folders, *reading.strange]
    there_then = [*bundle.files, *bundle.empty_folders]
    for folder in sorted(bundle.empty_folders - reading.listing.empty_folders):
        if not _holds_any(folder, there_now):
            yield _missing(bundle.id, f"{folder}/")
    for folder in sorted(reading.listing.empty_folders - bundle.empty_folders):
        if not _holds_any(folder, there_then):
            yield _added(bundle.id, f"{folder}/")


def _holds_any(folder: str, paths: Iterable[str]) -> bool:
    return any(path.startswith(f"{folder}/") for path in paths)


def _stands_under(path: str, strange: Mapping[str, str]) -> bool:
    """Tell whether a path, or a folder on the way to it, is told of already."""
    parts = path.split("/")
    return bool(strange) and any("/".join(parts[:length]) in strange for length in range(1, len(parts) + 1))


def _changed(name: str, path: str) -> Diagnostic:
    return Diagnostic(
        code="AF-B220",
        message=f'"{path}" of the bundle "{name}" has changed since it was fetched',
        hint=_FETCH_ANEW,
    )


def _missing(name: str, path: str) -> Diagnostic:
    return Diagnostic(
        code="AF-B221",
        message=f'"{path}" of the bundle "{name}" is gone since it was fetched',
        hint=_FETCH_ANEW,
    )


def _added(name: str, path: str) -> Diagnostic:
    hint = _FETCH_ANEW
    if "__pycache__" in path.split("/"):
        # Root may write wherever it likes, rights or not.
        hint = f"Python has put it there: set PYTHONDONTWRITEBYTECODE=1 for what runs inside the bundle; {_FETCH_ANEW}"
    return Diagnostic(
        code="AF-B222",
        message=f'"{path}" was added to the bundle "{name}" after it was fetched',
        hint=hint,
    )


def _other_right(name: str, path: str, *, is_executable: bool) -> Diagnostic:
    now = "can be executed now, and could not" if is_executable else "cannot be executed now, and could"
    return Diagnostic(
        code="AF-B223",
        message=f'"{path}" of the bundle "{name}" {now} when it was fetched',
        hint=_FETCH_ANEW,
    )


def _strange(name: str, path: str, what: str) -> Diagnostic:
    return Diagnostic(
        code="AF-B224",
        message=f'"{printable(path)}" of the bundle "{name}" is {what}',
        hint=_FETCH_ANEW,
    )


def _unreadable_root(bundle: ActiveBundle, error: OSError) -> Diagnostic:
    return Diagnostic(
        code="AF-B225",
        message=f'the folder "{bundle.root}" of the bundle "{bundle.id}" cannot be read: {system_reason(error)}',
        hint=_FETCH_ANEW,
    )
