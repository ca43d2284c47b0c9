"""Bundles from folders elsewhere: SFTP, S3, SMB, web servers, and whatever else fsspec knows."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from aetherflow.core.bundles.file_tree.faults import SourceFault
from aetherflow.core.bundles.remote_folders.asking import ask_child
from aetherflow.core.bundles.remote_folders.findings import Told, credentials_in_url, fault_of
from aetherflow.core.bundles.remote_folders.hiding import Hiding
from aetherflow.core.bundles.remote_folders.location import read_location
from aetherflow.core.bundles.remote_folders.messages import Answer, Failure, Found, Refused, Request
from aetherflow.core.bundles.remote_folders.options import options_of
from aetherflow.core.bundles.shown_location import shown_location
from aetherflow.core.bundles.values import BundleSource, Fetched, FetchFailed, Limits
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.documents.source_patterns import credentials_in

_IDLE_SECONDS = 30.0
#: To list is less than to fetch.
_LISTING_SECONDS = 60.0
_FINGERPRINT = "listing"

Ask = Callable[[Request, Mapping[str, str]], Answer]


class RemoteFetcher:
    """Fetches folders; the revision is the digest of what was fetched.

    Whether a folder is still the same is told by what it lists: names, sizes, and times or ETags. ``environ`` is what
    the process that reads the folder gets, ``idle_seconds`` how long a server may send nothing.
    """

    def __init__(
        self, environ: Mapping[str, str], *, idle_seconds: float = _IDLE_SECONDS, ask: Ask = ask_child
    ) -> None:
        self._environ = environ
        self._idle_seconds = idle_seconds
        self._ask = ask

    def is_current(self, source: BundleSource, fetched: Fetched) -> bool | None:
        """List the folder; None where its listing does not tell one state of it from another."""
        before = fetched.validators.get(_FINGERPRINT)
        if not before:
            return None
        now = self._found(source, Limits(seconds=_LISTING_SECONDS)).fingerprint
        return now == before if now else None

    def fetch(self, source: BundleSource, into: Path, limits: Limits) -> Fetched:
        """Write the files of the folder, all of one state of it; raises FetchFailed."""
        found = self._found(source, limits, into)
        return Fetched(
            revision=f"tree:{found.digest.partition(':')[2]}",
            detail={"files": f"{found.files:,}", "size": f"{found.size_bytes:,} bytes"},
            validators={_FINGERPRINT: found.fingerprint} if found.fingerprint else {},
        )

    def _found(self, source: BundleSource, limits: Limits, into: Path | None = None) -> Found:
        credentials = credentials_in(source.location)
        hiding = Hiding(source.resource, credentials)
        with _told_of(source, hiding):
            if credentials:
                raise credentials_in_url()
            answer = self._answer(source, limits, into)
            if isinstance(answer, Failure):
                told = Told(
                    resource=source.resource.name if source.resource else None,
                    limits=limits,
                    idle_seconds=self._idle_seconds,
                )
                raise fault_of(hiding.failure(answer), told)
        return answer

    def _answer(self, source: BundleSource, limits: Limits, into: Path | None) -> Answer:
        try:
            location = read_location(source.location)
            request = Request(
                url=location.url,
                options=options_of(location, source.resource, source.folder),
                limits=limits,
                idle_seconds=self._idle_seconds,
                into=str(into.absolute()) if into else "",
            )
        except Refused as refusal:
            return refusal.failure
        return self._ask(request, self._environ)


@contextmanager
def _told_of(source: BundleSource, hiding: Hiding) -> Iterator[None]:
    """Turn a fault into the error of the source, without a secret in it."""
    try:
        yield
    except SourceFault as fault:
        message = hiding.text(f'remote folder "{shown_location(source.location)}": {fault.what}')
        hint = hiding.text(fault.hint) if fault.hint else None
        finding = Diagnostic(code=fault.code, message=message, hint=hint, span=source.place(fault.key))
        raise FetchFailed.of(finding, mask=hiding.text) from None
