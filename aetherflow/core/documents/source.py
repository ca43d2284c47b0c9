"""The text of a document, and what keeps bytes from being one."""

from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.span import Span, start_of

MAX_DOCUMENT_BYTES = 32 * 1024 * 1024

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_FOREIGN_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


class Source(Struct, frozen=True):
    """A named text; the name is what findings print, for a file the path as the user gave it."""

    name: str
    text: str


def decode_source(name: str, data: bytes) -> Source:
    """Read bytes as UTF-8 text; raises InputError with a finding where they are too many, binary or not UTF-8."""
    if len(data) > MAX_DOCUMENT_BYTES:
        raise refusal(name, _too_large(len(data)))
    foreign = _foreign_encoding(data)
    if foreign:
        raise refusal(name, _wrong_encoding(foreign))
    if b"\x00" in data:
        raise refusal(name, _binary())
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refusal(name, _bad_utf8(name, data, error)) from None
    return Source(name, text)


def refusal(name: str, finding: Diagnostic) -> InputError:
    """Wrap a finding about a whole source in the error that ends the command; it points at the file at least."""
    placed = finding if finding.span else _at_start(name, finding)
    return InputError.of(placed)


def _at_start(name: str, finding: Diagnostic) -> Diagnostic:
    return Diagnostic(code=finding.code, message=finding.message, hint=finding.hint, span=start_of(name))


def _foreign_encoding(data: bytes) -> str | None:
    for mark, encoding in _FOREIGN_MARKS:
        if data.startswith(mark):
            return encoding
    head = data[:64]
    if len(head) >= 4 and (not any(head[0::2]) or not any(head[1::2])) and any(head):
        return "UTF-16"  # ASCII in UTF-16: every other byte is zero
    return None


def _too_large(size: int) -> Diagnostic:
    return Diagnostic(
        code="AF-Y001",
        message=f"the document is too large: {size:,} bytes of at most {MAX_DOCUMENT_BYTES:,}",
        hint="keep data out of the document: let a step read it from a file",
    )


def _wrong_encoding(encoding: str) -> Diagnostic:
    return Diagnostic(
        code="AF-Y003",
        message=f"the document is encoded as {encoding}, not as UTF-8",
        hint=f'save it as UTF-8, for example with "iconv -f {encoding} -t UTF-8"',
    )


def _binary() -> Diagnostic:
    return Diagnostic(
        code="AF-Y002",
        message="this is a binary file, not a text",
        hint="give the path of a YAML file",
    )


def _bad_utf8(name: str, data: bytes, error: UnicodeDecodeError) -> Diagnostic:
    before = data[: error.start]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8-sig")) + 1
    return Diagnostic(
        code="AF-Y004",
        message=f"the byte 0x{data[error.start]:02X} at offset {error.start} is not valid UTF-8",
        hint="save the file as UTF-8; a file from an older editor is often Latin-1 or Windows-1252",
        span=Span(name, line, column, line, column + 1),
    )


def path_from_here(path: Path) -> Path:
    """Give the path by which findings name a document that lies beside a flow: from the current directory if below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
