"""Reads a file, or a folder, of an SFTP server with some pieces asked for ahead."""

from collections import deque
from collections.abc import Iterator

import paramiko
from paramiko.sftp import CMD_CLOSE, CMD_DATA, CMD_HANDLE, CMD_NAME, CMD_OPENDIR, CMD_READ, CMD_READDIR, int64

from aetherflow.core.builtins.files.sftp_asking import Asking

#: As much as every server gives at once, and how many such pieces are on their way.
_PIECE_BYTES = 32 * 1024
_PIECES_AHEAD = 64
_LISTINGS_AHEAD = 8


def pieces_of(sftp: paramiko.SFTPClient, handle: object, size: int) -> Iterator[bytes]:
    """Give the first ``size`` bytes of an open file, in order; less where the file ends before."""
    asking = Asking(sftp, CMD_DATA)
    asked: deque[tuple[int, int, int]] = deque()  # number of the request, offset, length
    offset = 0
    while asked or offset < size:
        while offset < size and len(asked) < _PIECES_AHEAD:
            length = min(_PIECE_BYTES, size - offset)
            asked.append((asking.ask(CMD_READ, handle, int64(offset), length), offset, length))
            offset += length
        number, start, length = asked.popleft()
        answer = asking.answer_to(number)
        data = answer.get_string() if answer else b""
        if not data:
            return
        yield data
        if len(data) < length:  # a server may give less than it was asked for
            rest, left = start + len(data), length - len(data)
            asked.appendleft((asking.ask(CMD_READ, handle, int64(rest), left), rest, left))


def listed(sftp: paramiko.SFTPClient, folder: str) -> Iterator[paramiko.SFTPAttributes]:
    """Give what a folder has; of a name that is not UTF-8, each wrong byte stands as a surrogate."""
    kind, opened = sftp._request(CMD_OPENDIR, sftp._adjust_cwd(folder))  # type: ignore[attr-defined]  # paramiko's own way
    if kind != CMD_HANDLE:
        raise paramiko.SFTPError("no handle")
    handle = opened.get_string()
    asking = Asking(sftp, CMD_NAME)
    asked = deque(asking.ask(CMD_READDIR, handle) for _ in range(_LISTINGS_AHEAD))
    while (answer := asking.answer_to(asked.popleft())) is not None:
        for _ in range(answer.get_int()):
            name, line = (answer.get_string().decode("utf-8", "surrogateescape") for _ in range(2))
            yield paramiko.SFTPAttributes._from_msg(answer, name, line)  # type: ignore[attr-defined]  # as above
        asked.append(asking.ask(CMD_READDIR, handle))
    sftp._request(CMD_CLOSE, handle)  # type: ignore[attr-defined]  # as above
