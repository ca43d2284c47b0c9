"""An archive on a web server: fetched, or asked whether it has changed."""

from collections.abc import Mapping
from typing import BinaryIO

import httpx
from msgspec.structs import replace

from aetherflow.core.bundles.deadline import Deadline
from aetherflow.core.bundles.downloads.http_exchange import Patience, answer_of, pieces_of
from aetherflow.core.bundles.downloads.http_faults import status_fault
from aetherflow.core.bundles.downloads.receiving import Received, check_size, receive
from aetherflow.core.bundles.downloads.sign_in import sign_in_of
from aetherflow.core.bundles.downloads.validators import is_same, questions, validators_of
from aetherflow.core.bundles.shown_location import secrets_in
from aetherflow.core.bundles.values import BundleSource, Limits
from aetherflow.core.environment.shortest_secret import SHORTEST_SECRET


class HttpArchive:
    """One archive. Whatever is wrong is a SourceFault, or TimeIsUp."""

    def __init__(self, source: BundleSource, deadline: Deadline, stall_seconds: float) -> None:
        self._url = source.location
        self._sign_in = sign_in_of(source.resource, source.folder)
        self._patience = Patience(deadline, stall_seconds)
        secrets = (*self._sign_in.secrets, *secrets_in(self._url))
        self._secrets = [secret for secret in secrets if len(secret) >= SHORTEST_SECRET]

    def receive(self, file: BinaryIO, limits: Limits) -> Received:
        """Write the archive into a file."""
        with answer_of(self._url, self._sign_in, (), self._patience) as response:
            if response.status_code != httpx.codes.OK:
                raise status_fault(response)
            length = response.headers.get("content-length", "")
            if length.isascii() and length.isdigit():
                check_size(int(length[:20]), limits)
            received = receive(pieces_of(response, self._patience), limits, self._patience.deadline, file)
            return replace(received, validators=validators_of(response, self._secrets))

    def is_unchanged(self, validators: Mapping[str, str]) -> bool | None:
        """Ask whether the archive is what it was; None where the server told, or tells, nothing to know it by."""
        question = questions(validators)
        if not question:
            return None
        # The content is asked for, and never read: links that are signed for a GET hold for no HEAD.
        with answer_of(self._url, self._sign_in, question, self._patience) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return True
            if response.status_code != httpx.codes.OK:
                raise status_fault(response)
            return is_same(validators, validators_of(response, self._secrets))
