"""Zip and tar files byte by byte, as no honest program makes them."""

import struct
import tarfile
import zlib
from itertools import accumulate

from msgspec import Struct
from msgspec.structs import replace


class ZipEntry(Struct, frozen=True, kw_only=True):
    """An entry of a zip file; what is None is told as it is."""

    name: bytes = b"a"
    content: bytes = b"1"
    flags: int = 0
    method: int = 0
    mode: int = 0o100644
    system: int = 3
    crc: int | None = None
    size: int | None = None
    packed_size: int | None = None
    offset: int | None = None
    local_name: bytes | None = None
    local_method: int | None = None
    local_flags: int | None = None
    local_size: int | None = None
    behind: bytes = b""

    @property
    def packed(self) -> bytes:
        """The content as it lies in the file."""
        if self.method != 8:
            return self.content
        compressor = zlib.compressobj(wbits=-15)
        return compressor.compress(self.content) + compressor.flush()

    @property
    def facts(self) -> bytes:
        """What the two headers of an entry have in common: flags, method, time, check sum, sizes."""
        crc = zlib.crc32(self.content) if self.crc is None else self.crc
        size = len(self.content) if self.size is None else self.size
        packed_size = len(self.packed) if self.packed_size is None else self.packed_size
        return struct.pack("<3H2x2x3L", 20, self.flags, self.method, crc, packed_size, size)

    def local(self) -> bytes:
        """The header before the content, the content, and what follows it."""
        name = self.name if self.local_name is None else self.local_name
        local = replace(
            self,
            method=self.method if self.local_method is None else self.local_method,
            flags=self.flags if self.local_flags is None else self.local_flags,
            size=self.size if self.local_size is None else self.local_size,
        )
        lengths = struct.pack("<2H", len(name), 0)
        return b"PK\3\4" + local.facts + lengths + name + self.packed + self.behind

    def central(self, offset: int) -> bytes:
        """The entry of the directory at the end."""
        offset = offset if self.offset is None else self.offset
        made_by = struct.pack("<BB", 20, self.system)
        rest = struct.pack("<5H2L", len(self.name), 0, 0, 0, 0, self.mode << 16, offset)
        return b"PK\1\2" + made_by + self.facts + rest + self.name


def hand_made_zip(*entries: ZipEntry, count: int | None = None, comment: bytes = b"", disk: int = 0) -> bytes:
    """Make a zip file; ``count`` is how many entries its end tells of."""
    places = accumulate((len(entry.local()) for entry in entries), initial=0)
    content = b"".join(entry.local() for entry in entries)
    directory = b"".join(entry.central(place) for entry, place in zip(entries, places, strict=False))
    told = len(entries) if count is None else count
    told = min(told, 0xFFFF)
    end = struct.pack("<4s4H2LH", b"PK\5\6", disk, disk, told, told, len(directory), len(content), len(comment))
    return content + directory + end + comment


def hand_made_tar(*members: tuple[tarfile.TarInfo, bytes], end: bytes = bytes(1024)) -> bytes:
    """Make a tar file of headers as they are, whatever their sizes say, each with its content behind it."""
    return b"".join(header(info) + content + bytes(-len(content) % 512) for info, content in members) + end


def header(info: tarfile.TarInfo) -> bytes:
    """Make one header."""
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def with_field(block: bytes, begin: int, value: bytes) -> bytes:
    """Change a header, and its check sum with it."""
    block = block[:begin] + value + block[begin + len(value) :]
    blank = block[:148] + b" " * 8 + block[156:]
    return blank[:148] + b"%06o\0 " % sum(blank) + blank[156:]


def tar_of_many(count: int) -> bytes:
    """Make a tar file of so many empty files, in little time."""
    block = with_field(header(tarfile.TarInfo("000000")), 0, b"\0" * 6)
    bare_sum = int(block[148:154], 8)
    headers = []
    for number in range(count):
        name = b"%06d" % number
        headers.append(name + block[6:148] + b"%06o" % (bare_sum + sum(name)) + block[154:])
    return b"".join(headers) + bytes(1024)


def pax_record(key: str, value: bytes) -> bytes:
    """Make one attribute of a pax header."""
    rest = f" {key}=".encode() + value + b"\n"
    length = len(rest) + 1
    while length != len(str(length)) + len(rest):
        length = len(str(length)) + len(rest)
    return str(length).encode() + rest
