"""The end of a zip file, looked at before the library reads it: that takes the whole table of contents into memory."""

import struct
from typing import BinaryIO

from aetherflow.core.api import StepFailed

_END = struct.Struct("<4s4H2LH")  # signature; disks and counts of entries; size and offset of the table; comment
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_BYTES = 20
_LARGEST_COMMENT = 0xFFFF
_LARGEST_TABLE_BYTES = 64 * 1024**2


def stated_entries(file: BinaryIO) -> int:
    """Give how many entries an archive says that it has; StepFailed where it is no zip file, or one of that size."""
    size = file.seek(0, 2)
    begins = max(0, size - _LARGEST_COMMENT - _END.size)
    file.seek(begins)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise no_archive("its end is missing")
    _, _, _, _, entries, table_bytes, _, _ = _END.unpack_from(tail, at)
    large = _end_64(file, begins + at)
    entries, table_bytes = large or (entries, table_bytes)
    if table_bytes > min(_LARGEST_TABLE_BYTES, size):
        raise no_archive(f"its table of contents is said to have {table_bytes:,} bytes")
    return int(entries)


def no_archive(why: str) -> StepFailed:
    """Give the failure of a file that is no zip file, or a damaged one."""
    return StepFailed(f"it is no zip file, or a damaged one: {why}", hint="get it, or make it, anew")


def _end_64(file: BinaryIO, end: int) -> tuple[int, int] | None:
    begins = end - _LOCATOR_BYTES - _END_64.size
    if begins < 0:
        return None
    file.seek(begins)
    record, locator = file.read(_END_64.size), file.read(_LOCATOR_BYTES)
    if not (record.startswith(b"PK\x06\x06") and locator.startswith(b"PK\x06\x07")):
        return None  # without a locator, the library goes by the other one
    *_, entries, table_bytes, _ = _END_64.unpack(record)
    return entries, table_bytes
