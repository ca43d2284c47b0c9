"""A folder of any other kind that fsspec knows, by what every file system of it can do."""

from collections.abc import Generator, Iterator
from datetime import datetime
from typing import Any

import fsspec

from aetherflow.core.bundles.remote_folders.entries import (
    CHUNK_BYTES,
    Entry,
    EntryKind,
    entry_path,
    is_left_out,
    refused,
)
from aetherflow.core.bundles.remote_folders.messages import StorageOptions
from aetherflow.core.bundles.remote_folders.watch import Watch
from aetherflow.core.diagnostics.suggestion import did_you_mean

#: Where file systems keep what changes with a file's content; the earlier the better.
_TAGS = ("etag", "ETag", "md5Hash", "content_hash", "version_id", "generation")
_TIMES = ("mtime", "last_modified", "LastModified", "modified", "updated")
_KINDS: dict[str, EntryKind] = {"file": "file", "directory": "folder", "link": "link"}


class OtherFolder:
    """A folder behind an fsspec file system."""

    def __init__(self, url: str, options: StorageOptions, watch: Watch) -> None:
        self._watch = watch
        scheme = url.partition("://")[0].lower()
        try:
            file_system = fsspec.get_filesystem_class(scheme)
        except ImportError as error:  # it names what to install
            raise refused("library", reason=str(error)) from None
        except ValueError:
            near = did_you_mean(scheme, fsspec.available_protocols())
            hint = near or "it knows sftp, s3, smb, https, gs, abfs and more"
            raise refused("scheme", reason=f'fsspec knows no "{scheme}"', hint=hint) from None
        from_url = file_system._get_kwargs_from_urls(url)
        try:
            self._files: Any = file_system(**{**from_url, **options.values}, skip_instance_cache=True)
        except TypeError as error:
            raise refused("options", reason=str(error)) from None
        self._root = str(file_system._strip_protocol(url)).rstrip("/")

    def readers(self) -> int:
        """Read one file after the other: not every file system may be used by several at once."""
        return 1

    def close(self) -> None:
        """Leave the connection to the end of the process: file systems have no word for it."""

    def entries(self) -> Iterator[Entry]:
        """Give everything below the folder, a folder's own entries after it."""
        self._files.invalidate_cache()
        if self._files.info(self._root or "/")["type"] != "directory":
            raise refused("not_a_folder")
        folders = [("", self._root or "/")]
        while folders:
            inner, address = folders.pop()
            for info in self._files.ls(address, detail=True):
                self._watch.connected()
                name = str(info["name"]).rstrip("/").removeprefix(address.rstrip("/") + "/")
                entry = _entry(entry_path(inner, name), info)
                yield entry
                if entry.kind == "folder" and not is_left_out(entry.path):
                    folders.append((entry.path, entry.address.rstrip("/")))

    def entry_of(self, name: str) -> Entry:
        """Ask for a file of the folder."""
        self._files.invalidate_cache()
        return _entry(name, self._files.info(f"{self._root}/{name}"))

    def chunks(self, entry: Entry) -> Generator[bytes, None, None]:
        """Read a file."""
        with self._files.open(entry.address, "rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk


def _entry(path: str, info: dict[str, Any]) -> Entry:
    tag = next((f"{key}:{info[key]}" for key in _TAGS if info.get(key)), "")
    modified = None if tag else _modified(info)
    return Entry(
        path=path,
        kind="link" if info.get("islink") else _KINDS.get(info["type"], "special"),
        address=str(info["name"]),
        size=info.get("size"),
        stamp=tag or ("" if modified is None else f"time:{modified!r}"),
        modified=modified,
        is_executable=bool(int(info.get("mode") or 0) & 0o100),
    )


def _modified(info: dict[str, Any]) -> float | None:
    for key in _TIMES:
        value = info.get(key)
        if isinstance(value, datetime):
            return value.timestamp()
        if isinstance(value, int | float):
            return float(value)
    return None
