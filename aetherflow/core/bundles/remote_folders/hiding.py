"""Hides what a resource says, and what stands in a URL before the host, from all that is told of a folder."""

import re

from msgspec.structs import replace

from aetherflow.core.bundles.remote_folders.messages import Failure
from aetherflow.core.bundles.remote_folders.options import secrets_of_options
from aetherflow.core.connectors.resources import ResolvedResource
from aetherflow.core.diagnostics.cells import make_visible
from aetherflow.core.environment.masking import MASK, Masker
from aetherflow.core.environment.shortest_secret import SHORTEST_SECRET

_USER = re.compile(r"(?<=://)[^/?#\s@]*@")
_UNTOLD = "what it says has a secret in it"


class Hiding:
    """Knows the secrets of one source."""

    def __init__(self, resource: ResolvedResource | None, credentials_in_location: str | None) -> None:
        secrets = list(secrets_of_options(resource))
        self._masker = Masker(secrets)
        self._short = [value for _, value in secrets if value.strip() and len(value) < SHORTEST_SECRET]
        self._credentials = credentials_in_location

    def text(self, text: str) -> str:
        """Mask a text, be it a line of the manifest."""
        if self._credentials:
            text = text.replace(self._credentials, MASK)
        return self._masker.mask_text(text)

    def failure(self, failure: Failure) -> Failure:
        """Mask what a library or a server says; where a secret in it is too short for that, it is not said at all."""
        reason = make_visible(" ".join(failure.reason.split()))
        if any(short in reason for short in self._short):
            return replace(failure, reason=_UNTOLD)
        return replace(failure, reason=self.text(_USER.sub("", reason)))
