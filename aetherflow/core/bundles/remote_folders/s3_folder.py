"""A folder of an S3 bucket: the objects whose keys begin with its path."""

import inspect
from collections.abc import Generator, Iterator
from typing import Any

from fsspec.asyn import sync
from s3fs import S3FileSystem

from aetherflow.core.bundles.remote_folders.entries import CHUNK_BYTES, CONNECT_SECONDS, Entry, refused
from aetherflow.core.bundles.remote_folders.messages import StorageOptions
from aetherflow.core.bundles.remote_folders.watch import Watch
from aetherflow.core.diagnostics.suggestion import did_you_mean

#: What is ours to decide, or nothing that a document can say.
_NOT_FOR_DOCUMENTS = {"self", "kwargs", "asynchronous", "loop", "session"}
_AT_ONCE = 8
#: Both libraries try again by themselves, each time the other one does: a server that is not there takes long to find.
_TRIES = 2
_PATIENCE = {"connect_timeout": CONNECT_SECONDS, "retries": {"max_attempts": 1}}
_MORE = {"profile"}  # taken by what s3fs hands on


class S3Folder:
    """A prefix of a bucket, listed page by page rather than as s3fs does: all at once, however much it is."""

    def __init__(self, url: str, options: StorageOptions, watch: Watch) -> None:
        _refuse_unknown(options.values)
        self._watch = watch
        values = {"config_kwargs": _PATIENCE, **options.values}
        self._s3 = S3FileSystem(**values, skip_instance_cache=True, use_listings_cache=False)
        self._s3.retries = _TRIES
        self._bucket, self._key, _ = self._s3.split_path(url)
        self._prefix = self._key.rstrip("/") + "/" if self._key.strip("/") else ""

    def readers(self) -> int:
        """Read some files at once: a connection each."""
        return _AT_ONCE

    def close(self) -> None:
        """End the session."""
        client = self._s3._s3
        if client is not None:
            self._s3.close_session(self._s3.loop, client)

    def entries(self) -> Iterator[Entry]:
        """Give every object below the prefix; one that only stands for a folder is one."""
        is_empty = True
        for item in self._objects(self._prefix):
            is_empty = False
            path = item["Key"][len(self._prefix) :]
            if path.endswith("/") and not item["Size"]:
                yield Entry(path=path.removesuffix("/"), kind="folder", address=item["Key"])
            elif path:
                yield _entry(path, item)
        if is_empty and self._key and any(item["Key"] == self._key for item in self._objects(self._key)):
            raise refused("not_a_folder")

    def entry_of(self, name: str) -> Entry:
        """Ask for an object right below the prefix."""
        item = self._s3.call_s3("head_object", Bucket=self._bucket, Key=self._prefix + name)
        return Entry(
            path=name,
            kind="file",
            address=self._prefix + name,
            size=item["ContentLength"],
            stamp=item.get("ETag", ""),
        )

    def chunks(self, entry: Entry) -> Generator[bytes, None, None]:
        """Read an object, if it is still the one that was listed."""
        expected = {"IfMatch": entry.stamp} if entry.stamp else {}
        answer = self._s3.call_s3("get_object", Bucket=self._bucket, Key=entry.address, **expected)
        body = answer["Body"]
        try:
            while chunk := sync(self._s3.loop, body.read, CHUNK_BYTES):
                yield chunk
        finally:
            body.close()

    def _objects(self, prefix: str) -> Iterator[dict[str, Any]]:
        token: dict[str, str] = {}
        while True:
            page = self._s3.call_s3("list_objects_v2", Bucket=self._bucket, Prefix=prefix, **token)
            self._watch.connected()
            yield from page.get("Contents", ())
            if not page.get("IsTruncated") or not page.get("NextContinuationToken"):
                return
            token = {"ContinuationToken": page["NextContinuationToken"]}


def _entry(path: str, item: dict[str, Any]) -> Entry:
    return Entry(path=path, kind="file", address=item["Key"], size=item["Size"], stamp=item.get("ETag", ""))


def _refuse_unknown(values: dict[str, Any]) -> None:
    known = (inspect.signature(S3FileSystem.__init__).parameters.keys() | _MORE) - _NOT_FOR_DOCUMENTS
    for name in values:
        if name not in known:
            hint = did_you_mean(name, known) or "s3fs says what it knows: key, secret, token, endpoint_url, anon, …"
            raise refused("options", reason=f'nothing here knows its "{name}"', hint=hint)
