"""Bundles from archives: a zip or tar file of this machine, or on a web server."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from aetherflow.core.bundles.archives.extraction import Extracted, extract
from aetherflow.core.bundles.archives.recognition import look_of
from aetherflow.core.bundles.deadline import Deadline
from aetherflow.core.bundles.downloads.local_file import pieces_of_file
from aetherflow.core.bundles.downloads.location import local_path
from aetherflow.core.bundles.downloads.receiving import Received, nameless_file, receive
from aetherflow.core.bundles.file_tree.faults import SourceFault, told_of
from aetherflow.core.bundles.shown_location import shown_location
from aetherflow.core.bundles.values import BundleSource, Fetched, Limits

if TYPE_CHECKING:  # needs an extra
    from aetherflow.core.bundles.downloads.http_archive import HttpArchive

_REVISION = "sha256:"
_STALL_SECONDS = 30.0
_QUESTION_SECONDS = 60.0  # to ask a server whether an archive has changed
_LOOKED_AT_BYTES = 512


class ArchiveFetcher:
    """Fetches archives. The revision is the sha256 of the archive, which is not that of the files in it.

    ``stall_seconds`` is how long a server may send nothing.
    """

    def __init__(self, *, stall_seconds: float = _STALL_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._stall_seconds = stall_seconds
        self._clock = clock

    def is_current(self, source: BundleSource, fetched: Fetched) -> bool | None:
        """Tell whether the archive is still what was fetched; one that is pinned by its sha256 needs no asking."""
        if source.sha256:
            return fetched.revision == _revision(source.sha256)
        limits = Limits()
        with _told(source):
            path = local_path(source.location, source.folder)
            if path is None:
                deadline = Deadline(_QUESTION_SECONDS, self._clock)
                return self._on_web(source, deadline).is_unchanged(fetched.validators)
            received = receive(pieces_of_file(path), limits, Deadline(limits.seconds, self._clock))
            return fetched.revision == _revision(received.sha256)

    def fetch(self, source: BundleSource, into: Path, limits: Limits) -> Fetched:
        """Unpack the archive into an empty folder, beside which it is stored meanwhile; raises FetchFailed."""
        deadline = Deadline(limits.seconds, self._clock)
        with _told(source), nameless_file(into) as file:
            received = self._received(source, file, limits, deadline)
            _check_pin(source.sha256, received, file)
            extracted = extract(file, into, limits, deadline)
        return Fetched(
            revision=_revision(received.sha256), detail=_detail(received, extracted), validators=received.validators
        )

    def _received(self, source: BundleSource, file: BinaryIO, limits: Limits, deadline: Deadline) -> Received:
        path = local_path(source.location, source.folder)
        if path is None:
            return self._on_web(source, deadline).receive(file, limits)
        # A copy, too: what is hashed is what is unpacked, whatever becomes of the file meanwhile.
        return receive(pieces_of_file(path), limits, deadline, file)

    def _on_web(self, source: BundleSource, deadline: Deadline) -> "HttpArchive":
        try:
            from aetherflow.core.bundles.downloads.http_archive import HttpArchive  # deferred: needs an extra
        except ImportError:
            raise SourceFault(
                "AF-B142",
                "fetching from the web needs httpx, which is not installed",
                "pip install 'aetherflow[http]'",
            ) from None
        return HttpArchive(source, deadline, self._stall_seconds)


def _told(source: BundleSource) -> AbstractContextManager[None]:
    return told_of(source, f'archive "{shown_location(source.location)}"')


def _revision(sha256: str) -> str:
    return _REVISION + sha256.strip().lower().removeprefix(_REVISION)


def _check_pin(pin: str | None, received: Received, file: BinaryIO) -> None:
    """Refuse another archive than the manifest names, before anything looks into it."""
    if not pin or _revision(pin) == _revision(received.sha256):
        return
    file.seek(0)
    look = look_of(file.read(_LOOKED_AT_BYTES))
    raise SourceFault(
        "AF-B149",
        f"its sha256 is {received.sha256}, and the manifest wants {_revision(pin).removeprefix(_REVISION)}",
        "see who changed it; if it may be trusted, write its sha256 into the manifest",
        [f"what came is {look}"] if look else [],
        key="sha256",
    )


def _detail(received: Received, extracted: Extracted) -> dict[str, str]:
    detail = {"format": extracted.form, "files": f"{extracted.file_count:,}", "size": f"{received.size:,} bytes"}
    if changed := received.validators.get("last_modified"):
        detail["last modified"] = changed
    return detail
