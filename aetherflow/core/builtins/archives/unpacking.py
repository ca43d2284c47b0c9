"""Unpacks a zip file into a folder that nobody else sees yet."""

import os
from pathlib import Path
from typing import Any, BinaryIO

from msgspec import Struct

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.archives.connector import ZipConnector
from aetherflow.core.builtins.archives.directory import no_archive, stated_entries
from aetherflow.core.builtins.archives.limits import Budget, Limits
from aetherflow.core.builtins.archives.member_names import shown
from aetherflow.core.builtins.archives.members import Member, judged_members, pieces
from aetherflow.core.builtins.cancellation import refuse_cancelled
from aetherflow.core.builtins.output_file import FileFailed

_PIECE_BYTES = 256 * 1024


class Unpacked(Struct, frozen=True):
    """What came out: the paths of the files below the folder, in order, and how much they are."""

    files: tuple[str, ...]
    size_bytes: int


class Unpacking:
    """One archive, judged when it is made; StepFailed where it may not be unpacked."""

    def __init__(self, ctx: StepContext, tool: ZipConnector, file: BinaryIO, limits: Limits) -> None:
        self._ctx = ctx
        self._budget = Budget(limits, max(file.seek(0, 2), 1))
        self._budget.check_files(stated_entries(file))
        self._archive = _opened(tool, file)
        self._members = judged_members(self._archive.infolist(), self._budget)

    @property
    def has_files(self) -> bool:
        """Tell whether there is anything to unpack."""
        return any(not member.is_folder for member in self._members)

    def unpack(self, into: Path) -> Unpacked:
        """Write all files below an empty folder."""
        for done, member in enumerate(self._members):
            refuse_cancelled(self._ctx, "the unpacking")
            self._ctx.progress(done, len(self._members))
            try:
                self._make(member, into / member.path)
            except OSError as error:
                raise FileFailed(
                    f"{shown(member.path)} cannot be written: {(error.strerror or str(error)).lower()}"
                ) from None
        files = sorted(member.path for member in self._members if not member.is_folder)
        return Unpacked(tuple(files), self._budget.unpacked_bytes)

    def _make(self, member: Member, place: Path) -> None:
        if member.is_folder:
            place.mkdir(parents=True, exist_ok=True)
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        mode = 0o755 if member.is_executable else 0o644
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(descriptor, "wb") as output:
            for piece in pieces(self._archive, member, self._budget, _PIECE_BYTES):
                output.write(piece)
                refuse_cancelled(self._ctx, "the unpacking")


def _opened(tool: ZipConnector, file: BinaryIO) -> Any:
    try:
        return tool.reading(file)
    except StepFailed:
        raise
    except Exception:  # noqa: BLE001  # foreign code on foreign bytes: BadZipFile of two libraries, struct.error, ValueError…
        raise no_archive("its table of contents cannot be read") from None
