"""Files on an SFTP server, below a folder of it: links are never followed, whoever made them."""

import posixpath
from collections.abc import Generator, Iterator
from contextlib import suppress
from stat import S_IFMT, S_ISDIR, S_ISLNK, S_ISREG

import paramiko
from paramiko.sftp import CMD_EXTENDED

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.files.names import aside_name_of, joined
from aetherflow.core.builtins.files.sftp_reading import listed, pieces_of
from aetherflow.core.builtins.files.sftp_session import AFTERTIME_SECONDS
from aetherflow.core.builtins.files.store import Draft, Entry, EntryKind

_KINDS_BY_LETTER: dict[str, EntryKind] = {"d": "folder", "-": "file", "l": "link"}


class SftpStore:
    """One connection; implements the contract `FileStore`."""

    wakes_when_closed = True

    def __init__(self, client: paramiko.SSHClient, root: str, answer_seconds: float) -> None:
        self._client = client
        try:
            self._sftp = client.open_sftp()
            channel = self._sftp.get_channel()
            assert channel is not None  # it has just been opened
            channel.settimeout(answer_seconds + AFTERTIME_SECONDS)
            # A relative root begins where the server puts who signs in; an absolute one may be a link to a folder.
            self._root = (self._sftp.normalize(root or ".") or "/").rstrip("/")
            self._inside: set[str] = set()
        except BaseException:  # whatever ended the attempt, the client's thread would live on
            client.close()
            raise

    def is_alive(self) -> bool:
        """Tell whether the server still answers."""
        transport = self._client.get_transport()
        if transport is None or not transport.is_active():
            return False
        with suppress(OSError, EOFError, paramiko.SSHException):
            self._sftp.normalize(".")
            return True
        return False

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def entries(self, folder: str) -> Iterator[Entry]:
        """List a folder."""
        self._stay_inside(folder)
        for attributes in listed(self._sftp, self._address(folder)):
            if attributes.filename not in (".", ".."):
                yield _entry(joined(folder, attributes.filename), attributes)

    def entry(self, path: str) -> Entry | None:
        """Ask for one entry."""
        try:
            self._stay_inside(posixpath.dirname(path))
            return _entry(path, self._sftp.lstat(self._address(path)))
        except FileNotFoundError:
            return None

    def chunks(self, entry: Entry) -> Generator[bytes, None, None]:
        """Read a file, some pieces ahead."""
        file = self._sftp.open(self._address(entry.path), "rb")
        try:
            yield from pieces_of(self._sftp, file.handle, entry.size)
            file.close()
        except BaseException:  # the reader's, too; on a connection that broke, nothing can be closed
            with suppress(OSError, EOFError, paramiko.SSHException):
                file.close()
            raise

    def draft(self, path: str, part_name: str, size: int) -> Draft:
        """Begin a part file beside the file."""
        folder = posixpath.dirname(path)
        self._make_folders(folder)
        self._stay_inside(folder)
        return SftpDraft(self._sftp, self._address(path), joined(folder, part_name), self._address(""))

    def remove(self, path: str) -> bool:
        """Remove a file or a link."""
        try:
            self._stay_inside(posixpath.dirname(path))
            self._sftp.remove(self._address(path))
        except FileNotFoundError:
            return False
        return True

    def _address(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root or "/"

    def _stay_inside(self, folder: str) -> None:
        """Refuse a folder that a link on the server leads elsewhere; FileNotFoundError where it is not there."""
        if folder in self._inside or not folder:
            return
        address = self._address(folder)
        for depth in range(1, folder.count("/") + 2):
            inner = "/".join(folder.split("/")[:depth])
            if inner in self._inside:
                continue
            mode = self._sftp.lstat(self._address(inner)).st_mode
            if mode is not None and S_ISLNK(mode):
                raise StepFailed(f'"{inner}" is a link, which is not followed', hint="name the folder it leads to")
            if mode is not None and S_IFMT(mode) and not S_ISDIR(mode):
                raise StepFailed(f'"{inner}" is no folder')
            self._inside.add(inner)
        if not posixpath.normpath(address).startswith(f"{self._root}/"):
            raise StepFailed(f'"{folder}" leads out of the root')

    def _make_folders(self, folder: str) -> None:
        parts = folder.split("/") if folder else []
        for depth in range(1, len(parts) + 1):
            inner = "/".join(parts[:depth])
            if inner in self._inside:
                continue
            try:
                self._sftp.lstat(self._address(inner))
            except FileNotFoundError:
                with suppress(OSError):  # somebody else has made it meanwhile; if not, writing says why
                    self._sftp.mkdir(self._address(inner))


class SftpDraft:
    """A part file on the server; implements the contract `Draft`."""

    def __init__(self, sftp: paramiko.SFTPClient, final: str, part: str, root: str) -> None:
        self._sftp = sftp
        self._final = final
        self._readable = part
        self._part = f"{root.rstrip('/')}/{part}"
        self._aside = f"{root.rstrip('/')}/{aside_name_of(part)}"
        with suppress(FileNotFoundError):
            sftp.remove(self._part)
        self._file = sftp.open(self._part, "wx")
        self._file.set_pipelined(True)
        self._last = b""

    def write(self, data: bytes) -> None:
        """Send some more; what the server says against it is told by `finish` at the latest."""
        self._file.write(self._last)
        self._last = data

    def finish(self) -> str:
        """Wait for the server's answers, and let it make the file durable where it can."""
        self._file.set_pipelined(False)
        self._file.write(self._last)  # which waits for the answers to all that was sent before, too
        with suppress(OSError):  # not every server knows it, nor does paramiko by a name of its own
            self._sftp._request(CMD_EXTENDED, "fsync@openssh.com", self._file.handle)  # type: ignore[attr-defined]
        self._file.close()
        return self._readable

    def publish(self) -> None:
        """Rename the part file, over what is there."""
        try:
            self._sftp.posix_rename(self._part, self._final)
        except OSError as error:
            if error.errno is not None:  # the server knows how to, and will not
                raise
            self._rename_plainly()

    def discard(self) -> None:
        """Remove the part file."""
        self._file.set_pipelined(False)  # else it waits for answers that nobody wants, or that do not come
        with suppress(OSError, EOFError, paramiko.SSHException):
            self._file.close()
            self._sftp.remove(self._part)

    def _rename_plainly(self) -> None:
        """Rename on a server that renames to free names only: between the two steps there is no file."""
        try:
            self._sftp.rename(self._part, self._final)
        except OSError:
            if not self._is_there():
                raise
            self._put_aside()
            self._rename_or_put_back()
        with suppress(OSError):  # it is hidden, and mostly not there
            self._sftp.remove(self._aside)

    def _put_aside(self) -> None:
        with suppress(FileNotFoundError):
            self._sftp.remove(self._aside)  # of an attempt that was killed: another file has its name by now
        self._sftp.rename(self._final, self._aside)

    def _rename_or_put_back(self) -> None:
        try:
            self._sftp.rename(self._part, self._final)
        except BaseException:  # whatever it is, what was there shall not be lost
            self._sftp.rename(self._aside, self._final)
            raise

    def _is_there(self) -> bool:
        try:
            mode = self._sftp.lstat(self._final).st_mode
        except FileNotFoundError:
            return False
        if mode is not None and S_ISDIR(mode):
            raise StepFailed(f'"{posixpath.basename(self._final)}" is a folder', hint="write another name, or folder")
        return True


def _entry(path: str, attributes: paramiko.SFTPAttributes) -> Entry:
    kind = _kind(attributes.st_mode or 0, getattr(attributes, "longname", "")[:1])
    modified = None if attributes.st_mtime is None else float(attributes.st_mtime)
    return Entry(path=path, kind=kind, size=attributes.st_size or 0, modified=modified)


def _kind(mode: int, letter: str) -> EntryKind:
    if not S_IFMT(mode):  # a server that tells rights only, or nothing, writes a line as `ls -l` does
        return _KINDS_BY_LETTER.get(letter, "special")
    kinds: dict[EntryKind, bool] = {"file": S_ISREG(mode), "folder": S_ISDIR(mode), "link": S_ISLNK(mode)}
    return next((kind for kind, is_it in kinds.items() if is_it), "special")
