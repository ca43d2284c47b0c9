"""Reads what a module registers from its text: literal decorator arguments and class attributes. Executes nothing."""

from importlib.util import decode_source

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span, start_of
from aetherflow.core.plugins.largest_files import LARGEST_MODULE_BYTES, LARGEST_READING_BYTES, fits_index
from aetherflow.core.plugins.module_reading import ModuleReading, Unread
from aetherflow.core.plugins.parsed_module import TooMuchCode, parsed_module
from aetherflow.core.plugins.registration_scan import scan_module

_LONG_WORDS = f"what it says of itself takes more than {LARGEST_READING_BYTES:,} bytes"


def read_module(path: str, content: bytes, size: int = 0) -> ModuleReading:
    """Read a module's bytes; ``path`` is what findings name. Every input gives a reading, none an exception.

    ``size`` is that of a file of which ``content`` is a part: a module that is too large is read to its end by nobody.
    """
    size = max(len(content), size)
    if size > LARGEST_MODULE_BYTES:
        return _unparsed(_too_large(path, f"{size:,} bytes of at most {LARGEST_MODULE_BYTES:,}"))
    try:
        reading = _in_characters(scan_module(parsed_module(content)), content)
        return reading if fits_index(reading) else _unparsed(_too_large(path, _LONG_WORDS))
    except TooMuchCode as error:
        return _unparsed(_too_large(path, str(error)))
    except SyntaxError as error:
        return _unparsed(_syntax_finding(path, error))
    except ValueError as error:  # a NUL character
        return _unparsed(_finding(path, str(error), start_of(path)))
    except (RecursionError, MemoryError):  # MemoryError is how the parser says that it is nested too deeply
        return _unparsed(_finding(path, "it is nested too deeply", start_of(path)))


def _in_characters(reading: ModuleReading, content: bytes) -> ModuleReading:
    """Count the columns of what is unread in characters; Python counts bytes of UTF-8."""
    if not reading.unread or content.isascii():
        return reading
    lines = decode_source(content).splitlines()
    return replace(reading, unread=tuple(_unread_in_characters(each, lines) for each in reading.unread))


def _unread_in_characters(unread: Unread, lines: list[str]) -> Unread:
    line = lines[unread.line - 1].encode() if unread.line <= len(lines) else b""
    column, end_column = (
        len(line[: each - 1].decode("utf-8", "replace")) + 1 for each in (unread.column, unread.end_column)
    )
    return replace(unread, column=column, end_column=end_column)


def _unparsed(finding: Diagnostic) -> ModuleReading:
    return ModuleReading(diagnostics=(finding,), is_read=False)


def _syntax_finding(path: str, error: SyntaxError) -> Diagnostic:
    line, column = max(error.lineno or 1, 1), max(error.offset or 1, 1)
    end_line, end_column = error.end_lineno or line, error.end_offset or column
    if (end_line, end_column) < (line, column):
        end_line, end_column = line, column
    return _finding(path, error.msg, Span(path, line, column, end_line, end_column))


def _finding(path: str, reason: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="AF-P141",
        message=f'the module "{path}" is not valid Python: {reason.replace(chr(0), "NUL")}',
        span=span,
    )


def _too_large(path: str, reason: str) -> Diagnostic:
    return Diagnostic(
        code="AF-P142",
        severity=Severity.WARNING,
        message=f'the module "{path}" is too large to be read without running it: {reason}',
        hint="keep data out of modules, or say under `provides` of aetherflow-plugin.yaml what it registers",
    )
