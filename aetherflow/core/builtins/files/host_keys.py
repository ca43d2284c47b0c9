"""Which keys an SSH server may show: those that known_hosts files have for it, or the one that the resource names.

Patterns, hashed names and `@revoked` count, which paramiko's own reading knows nothing of; `@cert-authority` does not,
for paramiko does not speak certificates of hosts.
"""

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from aetherflow.core.api import StepFailed

_SSH_PORT = 22
_REVOKED = "@revoked"
#: Names for the same sort of key: servers sign by it in newer ways.
_RSA = ("ssh-rsa", "rsa-sha2-256", "rsa-sha2-512")
_FINGERPRINT = "SHA256:"


class HostKey(Struct, frozen=True):
    """A key by its sort (`ssh-ed25519`) and its bytes."""

    sort: str
    data: bytes

    @property
    def fingerprint(self) -> str:
        """The key's digest as `ssh-keygen -l` shows it."""
        return _FINGERPRINT + b64encode(sha256(self.data).digest()).decode().rstrip("=")


class ExpectedKeys(Struct, frozen=True):
    """What is known of a server; ``where`` says from where, in words."""

    host: str
    port: int
    where: str
    accepted: frozenset[HostKey] = frozenset()
    revoked: frozenset[HostKey] = frozenset()
    fingerprint: str | None = None  # in place of accepted keys

    def judge(self, shown: HostKey) -> None:
        """Raise StepFailed unless the key may be trusted; nobody has signed in yet."""
        told = f"{shown.sort} {shown.fingerprint}"
        if shown in self.revoked:
            raise StepFailed(f"the server shows the host key {told}, which {self.where} revokes", hint=_ASK)
        if shown in self.accepted or shown.fingerprint == self.fingerprint:
            return
        if self.accepted or self.fingerprint:
            raise StepFailed(f"the server shows another host key than {self.where} has: {told}", hint=_ASK)
        scan = f"`ssh-keyscan -p {self.port} {self.host}` prints the line for known_hosts"
        hint = f"compare it with what the server's operator says, then write `host_key: {shown.fingerprint}` or {scan}"
        raise StepFailed(f"the server's host key is not known: {told}; {self.where} has none of it", hint=hint)

    def preferred_first(self, sorts: Iterable[str]) -> list[str]:
        """Order the sorts of keys that a server is asked for: what is known of it first, as `ssh` does."""
        known = {sort for key in self.accepted for sort in (_RSA if key.sort in _RSA else (key.sort,))}
        return sorted(sorts, key=lambda sort: sort not in known)


_ASK = "ask the server's operator whether its key was changed; if not, somebody stands in between"


def expected_keys(host: str, port: int, host_key: str | None, known_hosts: str | None) -> ExpectedKeys:
    """Read what is known of a server; StepFailed where a file or a key that the resource names cannot be read."""
    if host_key is not None:
        return _written_key(host, port, host_key.strip())
    name = host if port == _SSH_PORT else f"[{host}]:{port}"
    files = [Path(known_hosts).expanduser()] if known_hosts is not None else _usual_files()
    where = f'"{known_hosts}"' if known_hosts is not None else "~/.ssh/known_hosts"
    lines = [line for file in files for line in _lines(file, is_named=known_hosts is not None)]
    found = list(_keys_of(name, lines))
    revoked = frozenset(key for marker, key in found if marker == _REVOKED)
    return ExpectedKeys(host, port, where, frozenset(key for marker, key in found if not marker) - revoked, revoked)


def _usual_files() -> list[Path]:
    return [Path("~/.ssh/known_hosts").expanduser(), Path("/etc/ssh/ssh_known_hosts")]


def _lines(file: Path, *, is_named: bool) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        if not is_named and isinstance(error, FileNotFoundError):
            return []
        reason = (error.strerror or str(error)).lower()
        raise StepFailed(f'the known_hosts file "{file}" cannot be read: {reason}') from None


def _keys_of(name: str, lines: Iterable[str]) -> Iterator[tuple[str, HostKey]]:
    """Give the keys of a host, each with the marker of its line."""
    for line in lines:
        fields = line.split()
        marker = fields.pop(0) if fields and fields[0].startswith("@") else ""
        if len(fields) < 3 or fields[0].startswith("#") or not _is_host(name, fields[0]):
            continue
        key = _key(fields[1], fields[2])
        if key is not None:
            yield marker, key


def _is_host(name: str, patterns: str) -> bool:
    """Tell whether a line is about a host: hashed, by name, or by a pattern; `!` takes a host out again."""
    if patterns.startswith("|"):
        return _is_hash_of(name, patterns)
    is_named = False
    for pattern in patterns.lower().split(","):
        if fnmatchcase(name.lower(), pattern.removeprefix("!").replace("[", "[[]")):
            if pattern.startswith("!"):
                return False
            is_named = True
    return is_named


def _is_hash_of(name: str, hashed: str) -> bool:
    try:
        _, sort, salt, digest = hashed.split("|")
        wanted = b64decode(digest, validate=True)
        made = hmac.digest(b64decode(salt, validate=True), name.encode(), "sha1")
    except (binascii.Error, ValueError):
        return False  # a damaged line
    return sort == "1" and hmac.compare_digest(made, wanted)


def _written_key(host: str, port: int, text: str) -> ExpectedKeys:
    where = "the resource"
    if text.startswith(_FINGERPRINT) and len(text) > len(_FINGERPRINT):
        return ExpectedKeys(host, port, where, fingerprint=text.rstrip("="))
    fields = text.split()
    key = _key(fields[0], fields[1]) if len(fields) > 1 else None
    if key is None:
        raise StepFailed("`host_key` is no key", hint='write it as "SHA256:…" or "ssh-ed25519 AAAA…"')
    return ExpectedKeys(host, port, where, frozenset([key]))


def _key(sort: str, encoded: str) -> HostKey | None:
    try:
        data = b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    return HostKey(sort, data)
