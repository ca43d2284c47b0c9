"""One remote folder, listed or fetched: a request becomes an answer."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from aetherflow.core.bundles.listing import BundleListing
from aetherflow.core.bundles.private_tree import PrivateTree
from aetherflow.core.bundles.remote_folders.downloading import Download
from aetherflow.core.bundles.remote_folders.entries import RemoteFolder, refused
from aetherflow.core.bundles.remote_folders.failures import failure_of
from aetherflow.core.bundles.remote_folders.gathering import Gathered, gather
from aetherflow.core.bundles.remote_folders.messages import Answer, Found, Request
from aetherflow.core.bundles.remote_folders.opening import open_folder
from aetherflow.core.bundles.remote_folders.watch import Watch


def answer_to(request: Request, watch: Watch, *, clock: Callable[[], float] = time.time) -> Answer:
    """List the folder, or fetch it; whatever goes wrong is in the answer."""
    try:
        with closing(open_folder(request, watch)) as folder:
            return _found(request, folder, watch, clock)
    except Exception as error:  # noqa: BLE001  # foreign code: every library for a scheme raises errors of its own
        return failure_of(error, is_connected=watch.is_connected)


def _found(request: Request, folder: RemoteFolder, watch: Watch, clock: Callable[[], float]) -> Found:
    listed_at = clock()
    gathered = _gathered(request, folder, watch)
    if not request.into:
        return Found(
            fingerprint=gathered.fingerprint(),
            files=len(gathered.files),
            size_bytes=gathered.size_bytes,
        )
    with PrivateTree(Path(request.into)) as into:
        download = Download(folder, into, request.limits, watch)
        digests = download.take(gathered.files)
        download.make(gathered.empty_folders)
    _refuse_changed(gathered, _gathered(request, folder, watch))
    executable = frozenset(path for path, entry in gathered.files.items() if entry.is_executable)
    return Found(
        fingerprint=gathered.fingerprint() if gathered.is_settled(listed_at) else "",
        files=len(digests),
        size_bytes=download.size_bytes,
        digest=BundleListing(
            files=digests, executable=executable, empty_folders=frozenset(gathered.empty_folders)
        ).digest,
    )


def _gathered(request: Request, folder: RemoteFolder, watch: Watch) -> Gathered:
    watch.begin("listing the folder")
    return gather(folder, request.limits, watch)


def _refuse_changed(before: Gathered, after: Gathered) -> None:
    """Refuse a folder that is half of one state and half of another."""
    difference = before.first_difference(after)
    if difference is not None:
        raise refused("changed", difference)
