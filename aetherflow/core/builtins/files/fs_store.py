"""Files in whatever fsspec knows, below a root of it."""

import os
import posixpath
from collections.abc import Generator, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.files.fs_drafts import draft_of
from aetherflow.core.builtins.files.fs_failures import is_missing
from aetherflow.core.builtins.files.names import joined
from aetherflow.core.builtins.files.store import CHUNK_BYTES, Draft, Entry, EntryKind

#: Where file systems keep what changes with a file's content; the earlier the better.
_TAGS = ("ETag", "etag", "md5Hash", "content_md5", "checksum")
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")
_KINDS: dict[str, EntryKind] = {"file": "file", "directory": "folder", "link": "link"}
#: How much a file system that fetches ranges fetches at once.
_BLOCK_BYTES = 4 << 20
#: Where a folder is nothing but the beginning of names: the last file takes it along.
_BUCKETS = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az"}


class FsStore:
    """One file system object of fsspec; implements the contract `FileStore`."""

    #: fsspec waits for its own loop, for ever where a session is closed under it; a library's own timeouts end it.
    wakes_when_closed = False

    def __init__(self, files: Any, root: str) -> None:
        self._files = files
        self._root = root.rstrip("/")
        self._is_local = type(files).__name__ == "LocalFileSystem"

    def is_alive(self) -> bool:
        """Say yes: file systems connect by themselves where they have to."""
        return True

    def close(self) -> None:
        """End the session where there is one; most file systems have no word for it."""
        session = getattr(self._files, "_s3", None)
        if session is not None:
            self._files.close_session(self._files.loop, session)

    def entries(self, folder: str) -> Iterator[Entry]:
        """List a folder."""
        address = self._inside(folder, folder)
        self._files.invalidate_cache()
        for info in self._listed(address):
            name = str(info["name"]).rstrip("/")
            if name.strip("/") == address.strip("/"):
                if info.get("type") == "file" and info.get("size"):
                    raise StepFailed(f'"{folder or self._root}" is no folder')
                continue  # the object that only stands for the folder
            yield self._entry(joined(folder, name.removeprefix(f"{address.rstrip('/')}/")), info)

    def entry(self, path: str) -> Entry | None:
        """Ask for one entry."""
        address = self._inside(path, posixpath.dirname(path))
        self._files.invalidate_cache()
        try:
            return self._entry(path, self._files.info(address))
        except OSError as error:
            if is_missing(error):
                return None
            raise

    def chunks(self, entry: Entry) -> Generator[bytes, None, None]:
        """Read a file."""
        address = self._inside(entry.path, posixpath.dirname(entry.path))
        with self._files.open(address, "rb", block_size=_BLOCK_BYTES) as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    def draft(self, path: str, part_name: str, size: int) -> Draft:
        """Begin a file, hidden as the file system allows it."""
        folder = posixpath.dirname(path)
        address = self._inside(path, folder)
        part = joined(folder, part_name)
        return draft_of(self._files, address, self._address(part), part, size)

    def remove(self, path: str) -> bool:
        """Remove a file."""
        address = self._inside(path, posixpath.dirname(path))
        try:
            if not self._is_local:
                self._files.invalidate_cache()
                self._files.info(address)  # buckets say nothing of what is gone
            self._files.rm_file(address)
        except OSError as error:
            if is_missing(error):
                return False
            raise
        return True

    def _listed(self, address: str) -> list[dict[str, Any]]:
        try:
            found: list[dict[str, Any]] = self._files.ls(address, detail=True)
        except OSError as error:
            if is_missing(error) and self._is_in_a_bucket(address):
                return []
            raise
        return found

    def _is_in_a_bucket(self, address: str) -> bool:
        protocol = self._files.protocol
        names = {protocol} if isinstance(protocol, str) else set(protocol)
        bucket, _, below = address.strip("/").partition("/")
        return bool(below) and not names.isdisjoint(_BUCKETS) and bool(self._files.exists(bucket))

    def _address(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root or "/"

    def _inside(self, path: str, folder: str) -> str:
        """Give the address of a path; on this machine, a folder that a link leads out of the root is refused."""
        if self._is_local and folder:
            real, root = (os.path.realpath(self._address(each)) for each in (folder, ""))
            if real != root and not real.startswith(root.rstrip("/") + "/"):
                raise StepFailed(f'"{folder}" is a link that leads out of the root')
        return self._address(path)

    def _entry(self, path: str, info: dict[str, Any]) -> Entry:
        kind: EntryKind = "link" if info.get("islink") else _KINDS.get(str(info.get("type")), "special")
        stamp = next((str(info[key]) for key in _TAGS if info.get(key)), "")
        return Entry(path=path, kind=kind, size=int(info.get("size") or 0), modified=_modified(info), stamp=stamp)


def _modified(info: dict[str, Any]) -> float | None:
    for key in _TIMES:
        value = info.get(key)
        if isinstance(value, str):
            with suppress(ValueError):
                value = datetime.fromisoformat(value)
        if isinstance(value, datetime):
            return value.timestamp()
        if isinstance(value, int | float):
            return float(value)
    return None
