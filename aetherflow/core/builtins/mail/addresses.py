"""Addresses of mail, as people write them: `anna@example.org`, or `Anna Berg <anna@example.org>`."""

import re
from email.headerregistry import Address

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.mail.header_texts import is_one_line, refuse_encoded

#: Of a text without blanks around it; no two parts of it fit the same, so that no text takes long.
_NAMED = re.compile(r'(?:"(?P<quoted>[^"\\]*)"\s*|(?P<name>[^"<>]*))<(?P<inner>[^<>]*)>')
_BARE = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}@[^\s@<>()\[\]\\,;:\"]{1,255}")


def address(text: str, key: str) -> Address:
    """Read one address; StepFailed for what is none, or more than one."""
    if not is_one_line(text):
        raise StepFailed(f"`{key}`: an address has a line break or another character that none can have")
    refuse_encoded(text, key)
    named = _NAMED.fullmatch(text.strip())
    name = (named["quoted"] or named["name"] or "").strip() if named else ""
    bare = (named["inner"] if named else text).strip()
    if not _BARE.fullmatch(bare):
        raise StepFailed(f"`{key}`: {text!r} is no address", hint="write anna@example.org, several as a list")
    local, _, domain = bare.rpartition("@")
    if not local.isascii():
        raise StepFailed(f"`{key}`: {bare!r} has a character beyond ASCII before the @, which few servers take")
    try:
        return Address(name, local, _ascii(domain))
    except (ValueError, IndexError):
        raise StepFailed(f"`{key}`: {text!r} is no address", hint="write anna@example.org, several as a list") from None


def addresses(written: str | list[str], key: str) -> list[Address]:
    """Read addresses, each once."""
    texts = [written] if isinstance(written, str) else written
    found = [address(text, key) for text in texts]
    return list({each.addr_spec.lower(): each for each in found}.values())


def _ascii(domain: str) -> str:
    return domain if domain.isascii() else domain.encode("idna").decode()
