"""A folder below a root, entered name by name, so that no id and no link can lead out of the root."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.state.private_files import PRIVATE_FOLDER, make_private_folder

# Together they refuse everything that is no folder, and a link even where it leads to one.
_REAL_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Folder(Struct, frozen=True):
    """A folder as its root and the names that lead to it. Only the root may be, or lie behind, a symbolic link."""

    root: Path
    names: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """The folder's path."""
        return self.root.joinpath(*self.names)

    @property
    def parent(self) -> "Folder":
        """The folder above, inside the root."""
        return Folder(self.root, self.names[:-1])

    def below(self, *names: str) -> "Folder":
        """Give a folder inside this one; raises InputError for a name that would lead elsewhere."""
        return Folder(self.root, self.names + tuple(require_name(name) for name in names))


def folder_at(root: Path) -> Folder:
    """Give the root itself, its links followed once and for all."""
    try:
        return Folder(Path(os.path.realpath(root)))
    except (OSError, ValueError) as error:
        raise _not_created(root, str(error)) from error


def require_name(name: str) -> str:
    """Give the name back if it names one folder and nothing else; raises InputError."""
    if name in ("", ".", "..") or "/" in name or "\0" in name or not _is_encodable(name):
        message = f'"{name}" cannot be the name of a folder'
        hint = "use letters, digits, `_` and `-`"
        raise InputError.of(Diagnostic(code="AF-R121", message=message, hint=hint))
    return name


def make_folder(folder: Folder) -> Path:
    """Create a folder and what is missing above it, each 0700; raises InputError where a link or file is in the way."""
    try:
        make_private_folder(folder.root)
        with entered(folder, create=True):
            return folder.path
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise _not_created(folder.path, why or str(error)) from error


@contextmanager
def entered(folder: Folder, *, create: bool = False) -> Iterator[int]:
    """Hold a folder open as a descriptor, whatever is renamed or linked meanwhile.

    Raises InputError where a link or a file stands in a folder's place, and OSError.
    """
    descriptor = os.open(folder.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for depth, name in enumerate(folder.names, start=1):
            require_name(name)  # once more: what is entered here is written and removed in
            is_new = create and _create(name, descriptor)
            try:
                inner = os.open(name, _REAL_FOLDER, dir_fd=descriptor)
            except OSError as error:
                if error.errno in (errno.ENOTDIR, errno.ELOOP):  # Linux and others of a link
                    raise _in_the_way(folder.root.joinpath(*folder.names[:depth])) from error
                raise
            os.close(descriptor)
            descriptor = inner
            if is_new:
                os.fchmod(descriptor, PRIVATE_FOLDER)  # the umask may have taken rights from it
        yield descriptor
    finally:
        os.close(descriptor)


def _create(name: str, parent: int) -> bool:
    """Create a folder where there is nothing of that name; tell whether it is new."""
    try:
        os.mkdir(name, PRIVATE_FOLDER, dir_fd=parent)
    except FileExistsError:
        return False
    return True


def _is_encodable(name: str) -> bool:
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return False
    return True


def _in_the_way(path: Path) -> InputError:
    kind = "a symbolic link" if path.is_symlink() else "not a folder"
    message = f'"{path}" is {kind}'
    hint = "remove it: every folder below the work root and the state root must be a real one"
    return InputError.of(Diagnostic(code="AF-R123", message=message, hint=hint))


def _not_created(path: Path, why: str) -> InputError:
    message = f'the folder "{path}" cannot be created: {why}'
    hint = (
        "make it writable, or set `flow.workspace.root`, AETHERFLOW_WORK_ROOT or AETHERFLOW_STATE_ROOT to another place"
    )
    return InputError.of(Diagnostic(code="AF-R124", message=message, hint=hint))
