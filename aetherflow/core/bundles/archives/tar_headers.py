"""The headers of a tar file, and what stands before a header to add to it: long names, extended attributes.

`tarfile` reads a single header; the stream is walked here, because `tarfile` takes a long name of a gigabyte into
memory and goes a call deeper for each header that adds to another.
"""

from collections.abc import Callable, Mapping
from tarfile import (
    AREGTYPE,
    BLOCKSIZE,
    CONTTYPE,
    DIRTYPE,
    GNUTYPE_LONGLINK,
    GNUTYPE_LONGNAME,
    REGTYPE,
    SOLARIS_XHDTYPE,
    XGLTYPE,
    XHDTYPE,
    HeaderError,
    TarInfo,
)

from msgspec import Struct

from aetherflow.core.bundles.archives.member import damaged
from aetherflow.core.bundles.archives.tar_stream import TarStream

_FILES = {REGTYPE, AREGTYPE, CONTTYPE}
_ATTRIBUTES = {XHDTYPE, SOLARIS_XHDTYPE}
_MODE = 0o177777  # a header may hold any number, also a negative one
_LARGEST_ADDITION = 1024**2
_MOST_ADDITIONS = 16
_LONGEST_LENGTH = 20  # digits, and the space behind them
#: Keys of attributes that change what a member is.
_PATH, _SIZE, _SPARSE = "path", "size", "GNU.sparse."


class TarHeader(Struct, frozen=True, kw_only=True):
    """A member as its headers describe it; the name is raw, its undecodable bytes escaped as surrogates."""

    name: str
    type: bytes
    size: int
    mode: int
    target: str
    is_sparse: bool = False

    @property
    def is_file(self) -> bool:
        """Tell a plain file, whose content follows."""
        return self.type in _FILES and not self.is_sparse

    @property
    def is_folder(self) -> bool:
        """Tell a folder."""
        return self.type == DIRTYPE


def is_header(block: bytes) -> bool:
    """Tell whether a tar file may begin like this: with a header, or with the zeros of one without members."""
    if len(block) == BLOCKSIZE and not any(block):
        return True
    try:
        _parsed(block)
    except (HeaderError, ValueError):
        return False
    return True


def next_header(stream: TarStream) -> TarHeader | None:
    """Read the next member's headers; None at the end, which has been read to its last byte then."""
    attributes: dict[str, str] = {}
    for _ in range(_MOST_ADDITIONS):
        block = stream.exactly(BLOCKSIZE)
        if not any(block):
            stream.check_nothing_follows()
            return None
        info = _header(block)
        if info.type in _ADDITIONS:
            attributes |= _ADDITIONS[info.type](_addition(stream, info))
        else:
            return _member(info, attributes)
    raise damaged("it has headers that belong to no member")


def _header(block: bytes) -> TarInfo:
    try:
        return _parsed(block)
    except (HeaderError, ValueError) as error:
        raise damaged("one of its headers is not as it was written") from error


def _parsed(block: bytes) -> TarInfo:
    return TarInfo.frombuf(block, "utf-8", "surrogateescape")


def _member(info: TarInfo, attributes: Mapping[str, str]) -> TarHeader:
    name = attributes.get(_PATH, info.name)
    size = _number(attributes[_SIZE]) if _SIZE in attributes else info.size
    if size < 0:
        raise damaged("one of its headers is not as it was written")
    return TarHeader(
        name=name.removesuffix("/") if info.type == DIRTYPE else name,
        type=info.type,
        size=size,
        mode=info.mode & _MODE,
        target=info.linkname,
        is_sparse=any(key.startswith(_SPARSE) for key in attributes),
    )


def _addition(stream: TarStream, info: TarInfo) -> bytes:
    if not 0 <= info.size <= _LARGEST_ADDITION:
        raise damaged("it has a name, or attributes of a member, of more than a megabyte")
    return stream.padded(info.size)


def _long_name(content: bytes) -> dict[str, str]:
    return {_PATH: _text(content.split(b"\0", 1)[0])}


def _nothing(content: bytes) -> dict[str, str]:
    return {}


def _attributes(content: bytes) -> dict[str, str]:
    """Read records of the form ``LENGTH KEY=VALUE`` and a line break, the length being that of all of it."""
    attributes = {}
    begin, end = 0, len(content.rstrip(b"\0"))
    while begin < end:
        digits, _, _ = content[begin : begin + _LONGEST_LENGTH].partition(b" ")
        length = _number(_text(digits))
        record = content[begin : begin + length]
        key, equals, value = record[len(digits) + 1 :].partition(b"=")
        if len(record) < length or not (equals and record.endswith(b"\n")):
            raise damaged("it has attributes of a member that cannot be read")
        attributes[_text(key)] = _text(value[:-1])
        begin += len(record)
    return attributes


def _global_attributes(content: bytes) -> dict[str, str]:
    """Look at attributes of all members that follow; what `git archive` writes there, the commit, changes none."""
    if any(key in (_PATH, _SIZE) or key.startswith(_SPARSE) for key in _attributes(content)):
        raise damaged("it gives all members one name or size")
    return {}


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < _LONGEST_LENGTH):
        raise damaged("it has attributes of a member that cannot be read")
    return int(text)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


_ADDITIONS: Mapping[bytes, Callable[[bytes], dict[str, str]]] = {
    GNUTYPE_LONGNAME: _long_name,
    GNUTYPE_LONGLINK: _nothing,  # of a link, which is refused
    XGLTYPE: _global_attributes,
    **dict.fromkeys(_ATTRIBUTES, _attributes),
}
