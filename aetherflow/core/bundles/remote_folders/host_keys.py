"""Which keys an SSH server may show: those that known_hosts files have for it, or the one that the manifest names.

A library of our own trust: paramiko's reading of known_hosts knows no patterns, no revoked keys, and one key of a sort.
Certificates of hosts (``@cert-authority``) count for nothing, for paramiko does not speak them.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

import paramiko
from msgspec import Struct

from aetherflow.core.bundles.remote_folders.entries import refused
from aetherflow.core.bundles.remote_folders.messages import SftpOptions
from aetherflow.core.contracts.errors import system_reason

_SSH_PORT = 22
_REVOKED = "@revoked"
#: Names for the same sort of key: servers sign by it in newer ways.
_RSA = ("ssh-rsa", "rsa-sha2-256", "rsa-sha2-512")


class HostKey(Struct, frozen=True):
    """A key by its sort (``ssh-ed25519``) and its bytes."""

    sort: str
    data: bytes

    @property
    def words(self) -> str:
        """The key as `ssh-keygen -l` shows it."""
        return f"{self.sort} SHA256:{b64encode(sha256(self.data).digest()).decode().rstrip('=')}"


class ExpectedKeys(Struct, frozen=True):
    """What is known of a server; ``where`` says from where, in words."""

    accepted: frozenset[HostKey]
    revoked: frozenset[HostKey]
    where: str

    def judge(self, shown: HostKey) -> None:
        """Raise Refused unless the key may be trusted."""
        if shown in self.revoked:
            raise refused("host_key_changed", reason=f"{shown.words}, which {self.where} revokes")
        if shown in self.accepted:
            return
        if self.accepted:
            raise refused("host_key_changed", reason=f"{shown.words}, which is not the one in {self.where}")
        raise refused("host_key_unknown", reason=f"{shown.words}, and {self.where} has none of it")

    def preferred_first(self, sorts: Iterable[str]) -> list[str]:
        """Order the sorts of keys that a server is asked for: what is known of it first, as `ssh` does."""
        known = {sort for key in self.accepted for sort in (_RSA if key.sort in _RSA else (key.sort,))}
        return sorted(sorts, key=lambda sort: sort not in known)


def expected_keys(host: str, port: int, options: SftpOptions) -> ExpectedKeys:
    """Read what is known of a server; raises Refused where a file or a key that the manifest names cannot be read."""
    if options.host_key is not None:
        return ExpectedKeys(frozenset([_written_key(options.host_key)]), frozenset(), "the manifest")
    name = host if port == _SSH_PORT else f"[{host}]:{port}"
    if options.known_hosts is not None:
        files, where = [Path(options.known_hosts)], f'"{options.known_hosts}"'
    else:
        files, where = _usual_files(), "~/.ssh/known_hosts"
    lines = [line for file in files for line in _lines(file, is_named=options.known_hosts is not None)]
    accepted = frozenset(key for marker, key in _keys_of(name, lines) if not marker)
    revoked = frozenset(key for marker, key in _keys_of(name, lines) if marker == _REVOKED)
    return ExpectedKeys(accepted - revoked, revoked, where)


def _usual_files() -> list[Path]:
    return [Path("~/.ssh/known_hosts").expanduser(), Path("/etc/ssh/ssh_known_hosts")]


def _lines(file: Path, *, is_named: bool) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        if not is_named and isinstance(error, FileNotFoundError):
            return []
        reason = system_reason(error)
        raise refused("options", reason=f'the known_hosts file "{file}" cannot be read: {reason}') from None


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
    """Tell whether a line is about a host: hashed, by name, or by a pattern; ``!`` takes a host out again."""
    is_named = False
    for pattern in patterns.lower().split(",") if not patterns.startswith("|") else [patterns]:
        if pattern.startswith("|1|"):
            return _is_hash_of(name, pattern)
        is_taken_out = pattern.startswith("!")
        if fnmatchcase(name.lower(), pattern.removeprefix("!").replace("[", "[[]")):
            if is_taken_out:
                return False
            is_named = True
    return is_named


def _is_hash_of(name: str, hashed: str) -> bool:
    try:
        return bool(paramiko.HostKeys.hash_host(name, hashed) == hashed)
    except (binascii.Error, ValueError, AssertionError, IndexError):
        return False  # a damaged line


def _written_key(text: str) -> HostKey:
    fields = text.split()
    key = _key(fields[0], fields[1]) if len(fields) > 1 else None
    if key is None:
        raise refused("options", reason="`host_key` is no key", hint='write it as "ssh-ed25519 AAAA…"')
    return key


def _key(sort: str, encoded: str) -> HostKey | None:
    try:
        data = b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    return HostKey(sort, data)
