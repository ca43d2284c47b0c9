"""Writes a lock of plugins in one step: whoever reads it meanwhile has the old one or the new one, whole."""

import os
from contextlib import suppress
from pathlib import Path
from stat import S_ISLNK, S_ISREG

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError, system_reason
from aetherflow.core.state.durable_names import make_durable

#: A lock belongs to the project: it is checked in, and read by whoever runs its flows.
LOCK_PERMISSIONS = 0o644


def write_lock(path: Path, content: bytes, name: str = "") -> bool:
    """Put a lock in its place; false where it says so already. Raises InputError where it cannot be written.

    ``name`` is what findings print.
    """
    try:
        if _is_there(path, content):
            return False
        _replace(path, content)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise _refusal(name or str(path), error) from None
    return True


def _is_there(path: Path, content: bytes) -> bool:
    """Tell whether the lock says the same; a link would be lost, and what it leads to may be anybody's."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return False
    if S_ISLNK(status.st_mode):
        raise OSError(None, "it is a link")
    if not S_ISREG(status.st_mode):
        raise OSError(None, "it is not a regular file")
    with suppress(PermissionError):
        return status.st_size == len(content) and path.read_bytes() == content
    return False


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(temporary, flags, LOCK_PERMISSIONS)
    try:
        with open(descriptor, "wb") as stream:  # noqa: PTH123  # a descriptor, not a path
            stream.write(content)
            stream.flush()
            os.fchmod(descriptor, LOCK_PERMISSIONS)  # whatever the umask says
            os.fsync(descriptor)
        temporary.replace(path)
    except BaseException:  # an interrupt too must leave nothing behind
        with suppress(OSError):
            temporary.unlink()
        raise
    with suppress(OSError):  # the lock stands in its place whether or not this file system can
        make_durable(path.parent)


def _refusal(name: str, error: OSError | ValueError) -> InputError:
    finding = Diagnostic(
        code="AF-P405",
        message=f'the lock of plugins "{name}" cannot be written: {system_reason(error)}',
        hint="the lock is a file of its own, in a folder that you may write: see to both, then run this again",
    )
    return InputError.of(finding)
