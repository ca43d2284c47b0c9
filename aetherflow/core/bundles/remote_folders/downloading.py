"""The files of a remote folder are written below a local one, hashed on their way."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from hashlib import sha256
from io import FileIO

from msgspec.structs import replace

from aetherflow.core.bundles.private_tree import PrivateTree, write_whole
from aetherflow.core.bundles.remote_folders.entries import Entry, RemoteFolder, refused
from aetherflow.core.bundles.remote_folders.failures import failure_of
from aetherflow.core.bundles.remote_folders.messages import Failure, Refused
from aetherflow.core.bundles.remote_folders.watch import Watch
from aetherflow.core.bundles.values import Limits
from aetherflow.core.contracts.errors import system_reason


class Download:
    """Takes files from a folder, several at a time where that can be; the first failure ends it."""

    def __init__(self, folder: RemoteFolder, into: PrivateTree, limits: Limits, watch: Watch) -> None:
        self._folder = folder
        self._into = into
        self._limits = limits
        self._watch = watch
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self.size_bytes = 0

    def take(self, files: Mapping[str, Entry]) -> dict[str, str]:
        """Write the files and give each one's sha256; raises Refused."""
        self._watch.begin("reading files")
        with ThreadPoolExecutor(self._folder.readers()) as pool:
            jobs = {pool.submit(self._file, entry): path for path, entry in files.items()}
            try:
                return {jobs[job]: job.result() for job in as_completed(jobs)}
            finally:
                self._stop.set()
                pool.shutdown(wait=False, cancel_futures=True)

    def make(self, folders: Iterable[str]) -> None:
        """Make empty folders."""
        for path in folders:
            with _local(path):
                self._into.make_folder(path)

    def _file(self, entry: Entry) -> str:
        self._watch.begin(f'reading "{entry.path}"')
        try:
            return self._written(entry)
        except Refused:
            raise
        except Exception as error:  # foreign code: every library for a scheme raises errors of its own
            raise Refused(self._failure(error, entry)) from error

    def _failure(self, error: Exception, entry: Entry) -> Failure:
        failure = failure_of(error, is_connected=True)
        # It was there when the folder was listed.
        return replace(failure, path=entry.path, kind="changed" if failure.kind == "missing" else failure.kind)

    def _written(self, entry: Entry) -> str:
        digest = sha256()
        size = 0
        with self._created(entry) as file, closing(self._folder.chunks(entry)) as chunks:
            for chunk in chunks:
                size += len(chunk)
                self._count(entry, size, len(chunk))
                digest.update(chunk)
                with _local(entry.path):
                    write_whole(file, chunk)
        if entry.size is not None and size != entry.size:
            raise refused("changed", entry.path)
        return f"sha256:{digest.hexdigest()}"

    def _count(self, entry: Entry, size: int, more: int) -> None:
        self._watch.progress()
        if self._stop.is_set():
            raise refused("other", entry.path, "another file has failed")
        if entry.size is not None and size > entry.size:
            raise refused("changed", entry.path)
        if size > self._limits.most_file_bytes:
            raise refused("large_file", entry.path)
        with self._lock:
            self.size_bytes += more
            if self.size_bytes > self._limits.most_bytes:
                raise refused("large_tree")

    def _created(self, entry: Entry) -> FileIO:
        with self._lock, _local(entry.path):
            return self._into.new_file(entry.path, is_executable=entry.is_executable)


@contextmanager
def _local(path: str) -> Iterator[None]:
    """Tell an error of this machine's disk from one of the server."""
    try:
        yield
    except FileExistsError:
        raise refused("clash", path) from None
    except OSError as error:
        raise refused("disk", path, system_reason(error)) from error
