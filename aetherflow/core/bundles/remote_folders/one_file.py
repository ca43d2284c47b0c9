"""A single file in a remote folder, read whole: a request becomes an answer."""

import time
from contextlib import closing
from typing import Protocol, cast

from msgspec.structs import replace

from aetherflow.core.bundles.remote_folders.entries import SETTLED_SECONDS, Entry, RemoteFolder, refused
from aetherflow.core.bundles.remote_folders.failures import failure_of
from aetherflow.core.bundles.remote_folders.messages import Failure, FileAnswer, FileRequest, FoundFile
from aetherflow.core.bundles.remote_folders.opening import open_folder
from aetherflow.core.bundles.remote_folders.watch import Watch


class HoldsFile(RemoteFolder, Protocol):
    """A folder that finds a file in it without listing anything."""

    def entry_of(self, name: str) -> Entry:
        """Ask the server for a file; whatever its library raises comes through."""
        ...


def answer_to_file(request: FileRequest, watch: Watch) -> FileAnswer:
    """Read the file, unless it is still what is known; whatever goes wrong is in the answer."""
    try:
        with closing(cast("HoldsFile", open_folder(request, watch))) as folder:
            return _found(request, folder, watch)
    except Exception as error:  # noqa: BLE001  # foreign code: every library for a scheme raises errors of its own
        failure = failure_of(error, is_connected=watch.is_connected)
        return failure if failure.path else replace(failure, path=request.name)


def _found(request: FileRequest, folder: HoldsFile, watch: Watch) -> FileAnswer:
    watch.begin(f'reading "{request.name}"')
    entry = folder.entry_of(request.name)
    watch.connected()
    if entry.kind != "file":
        raise refused("special" if entry.kind != "folder" else "not_a_file", request.name)
    stamp = _stamp(entry, time.time())
    if request.known_stamp and stamp == request.known_stamp:
        return FoundFile(content=None, stamp=stamp)
    content = bytearray()
    with closing(folder.chunks(entry)) as chunks:
        for chunk in chunks:
            watch.progress()
            content += chunk
            if len(content) > request.limits.most_file_bytes:
                raise refused("large_file", request.name)
    if entry.size is not None and len(content) != entry.size:
        return Failure(kind="changed", path=request.name)
    return FoundFile(content=bytes(content), stamp=stamp)


def _stamp(entry: Entry, asked_at: float) -> str:
    """Give what any later change shows in; empty where none need show. ``asked_at`` is in seconds since 1970."""
    if entry.modified is None:
        return entry.stamp
    return f"{entry.stamp}:{entry.size}" if entry.modified < asked_at - SETTLED_SECONDS else ""
