"""What is posted: events as JSON, signed as the Standard Webhooks specification says (standardwebhooks.com)."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from aetherflow.core.api import Event
from aetherflow.core.builtins.observers.configuration import WrongConfig

_ENCODED = "whsec_"


class Message(Struct, frozen=True):
    """A body and what names it: the id is the same however often it is sent, so that a receiver knows it again."""

    id: str
    body: bytes
    events: int
    key: bytes | None

    def headers(self, now: float) -> dict[str, str]:
        """Give the headers for sending it now."""
        seconds = str(int(now))
        headers = {"Content-Type": "application/json", "webhook-id": self.id, "webhook-timestamp": seconds}
        if self.key is not None:
            signed = b".".join([self.id.encode(), seconds.encode(), self.body])
            digest = hmac.digest(self.key, signed, hashlib.sha256)
            headers["webhook-signature"] = "v1," + base64.b64encode(digest).decode()
        return headers


def message_of(events: Sequence[Event], key: bytes | None) -> Message:
    """Make the message that holds these events, of which there is at least one."""
    first, last = events[0], events[-1]
    identity = f"{first.flow_id}.{first.run_id}.{first.seq}-{last.seq}"
    body = msgspec.json.encode({"flow_id": first.flow_id, "run_id": first.run_id, "events": list(events)})
    return Message(id=identity, body=body, events=len(events), key=key)


def signing_key(secret: str) -> bytes:
    """Give the bytes to sign with: those of the text, or what stands behind ``whsec_``. Raises WrongConfig."""
    if not secret.startswith(_ENCODED):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_ENCODED), validate=True)
    except binascii.Error:
        raise WrongConfig("secret", "begins with whsec_, and what follows is no base64") from None
