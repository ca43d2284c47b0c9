"""Reads env files: dotenv, JSON, or a folder with one file per variable, as Kubernetes mounts secrets.

No finding quotes a line of a file, since every line may be a secret.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span

LARGEST_FILE_BYTES = 16 * 1024 * 1024

FileType = Literal["dotenv", "json", "dir"]


class EnvFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An env file to load: ``prefix`` is put before every name; a missing ``optional`` file is no finding."""

    path: str
    type: FileType = "dotenv"
    optional: bool = False
    prefix: str = ""


class EnvFileReading(Struct, frozen=True):
    """The variables of a file with their names as written there, and what is wrong with it."""

    variables: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...] = ()


class _Unreadable(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


def read_env_file(file: EnvFile, home: str | None) -> EnvFileReading:
    """Read one env file; a relative path is relative to the current directory, ``~/`` is the home directory."""
    path = expand_home(file.path, home)
    readers = {"dotenv": _read_dotenv, "json": _read_json, "dir": _read_folder}
    try:
        return readers[file.type](path, file.path)
    except (FileNotFoundError, NotADirectoryError):
        if file.optional and not path.exists():
            return EnvFileReading({})
        return EnvFileReading({}, (_missing(file, path),))
    except OSError as error:
        return EnvFileReading({}, (_unreadable(file.path, error.strerror or str(error)),))
    except _Unreadable as unreadable:
        return EnvFileReading({}, (unreadable.diagnostic,))


def expand_home(path: str, home: str | None) -> Path:
    """Make a path of a text; ``~`` and ``~/…`` stand for the home directory, where one is known."""
    if home and (path == "~" or path.startswith("~/")):
        return Path(home + path[1:])
    return Path(path)


def _missing(file: EnvFile, path: Path) -> Diagnostic:
    if path.exists():
        return Diagnostic(
            code="AF-E103",
            message=f'the env file "{file.path}" cannot be read: it is no folder',
            hint="a folder of files has the type `dir`, one file the type `dotenv` or `json`",
        )
    return Diagnostic(
        code="AF-E102",
        message=f'the env file "{file.path}" does not exist',
        hint='correct AETHERFLOW_ENV_FILES_JSON, or write `"optional": true` there if it may be missing',
        notes=() if path.is_absolute() else (f'looked for in the current directory "{Path.cwd()}"',),
    )


def _unreadable(name: str, reason: str, line: int | None = None) -> Diagnostic:
    return Diagnostic(
        code="AF-E103",
        message=f'the env file "{name}" cannot be read: {reason[:1].lower()}{reason[1:]}',
        span=None if line is None else _line_span(name, line),
    )


def _line_span(name: str, line: int) -> Span:
    return Span(name, line, 1, line, 1)


def _read_text(path: Path, name: str) -> str:
    with path.open("rb") as stream:
        data = stream.read(LARGEST_FILE_BYTES + 1)
    if len(data) > LARGEST_FILE_BYTES:
        raise _Unreadable(_unreadable(name, f"it is larger than {LARGEST_FILE_BYTES // 1024 // 1024} MB"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Unreadable(_unreadable(name, "it is not UTF-8 text", line)) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _Unreadable(_unreadable(name, "it contains a NUL character", line))
    return text


def _read_dotenv(path: Path, name: str) -> EnvFileReading:
    from io import StringIO

    from dotenv.parser import parse_stream  # deferred: 20 ms, only wanted where a dotenv file is named

    variables: dict[str, str] = {}
    diagnostics = []
    for binding in parse_stream(StringIO(_read_text(path, name))):
        if binding.error:
            diagnostics.append(_malformed_line(name, binding.original.string, binding.original.line))
        elif binding.key is not None and binding.value is None:
            diagnostics.append(_no_value(name, binding.key, binding.original.line))
        elif binding.key and binding.value is not None:
            variables[binding.key] = binding.value  # as written: ${X} is not expanded
    return EnvFileReading(variables, tuple(diagnostics))


def _malformed_line(name: str, original: str, line: int) -> Diagnostic:
    # The parser counts blank lines and comments before a statement as part of it.
    line += len(original) - len(original.lstrip("\n"))
    return Diagnostic(
        code="AF-E104",
        message=f'line {line} of the env file "{name}" is not a dotenv assignment',
        hint="write NAME=value, with quotes around a value of several words or lines",
        span=_line_span(name, line),
    )


def _no_value(name: str, key: str, line: int) -> Diagnostic:
    return Diagnostic(
        code="AF-E104",
        severity=Severity.WARNING,
        message=f'"{key}" has no value in the env file "{name}" and is left as it was',
        hint=f"write `{key}=` for an empty value",
        span=_line_span(name, line),
    )


def _read_json(path: Path, name: str) -> EnvFileReading:
    import json  # msgspec gives no line of a syntax error

    text = _read_text(path, name)
    try:
        # Numbers stay as they are written: 1.10 is not 1.1.
        data = json.loads(text, parse_int=_Number, parse_float=_Number)
    except json.JSONDecodeError as error:
        span = Span(name, error.lineno, error.colno, error.lineno, error.colno)
        return EnvFileReading({}, (_not_json(name, f"it is not JSON: {error.msg.lower()}", span),))
    except RecursionError:
        return EnvFileReading({}, (_not_json(name, "it is nested too deeply"),))
    if not isinstance(data, dict):
        return EnvFileReading({}, (_not_json(name, "it is no mapping of names to values"),))
    readable = {key: _scalar_text(value) for key, value in data.items()}
    wrong = (_not_scalar(name, key) for key, value in readable.items() if value is None)
    return EnvFileReading({key: value for key, value in readable.items() if value is not None}, tuple(wrong))


class _Number(str):
    """A JSON number, as it is written."""


def _scalar_text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str) and "\0" not in value else None


def _not_json(name: str, reason: str, span: Span | None = None) -> Diagnostic:
    return Diagnostic(
        code="AF-E105",
        message=f'the env file "{name}" cannot be used: {reason}',
        hint='a file of type `json` holds one flat mapping, for example {"HOST": "db1", "PORT": 5432}',
        span=span,
    )


def _not_scalar(name: str, key: str) -> Diagnostic:
    return Diagnostic(
        code="AF-E105",
        message=f'"{key}" in the env file "{name}" is not a text, a number or a boolean',
        hint='environment variables are flat text: write "" for an empty value, and JSON as a quoted text',
    )


def _read_folder(path: Path, name: str) -> EnvFileReading:
    variables: dict[str, str] = {}
    diagnostics = []
    for file in _variable_files(path):
        try:
            text = _read_text(file, f"{name}/{file.name}")
        except _Unreadable as unreadable:
            diagnostics.append(unreadable.diagnostic)
        except OSError as error:
            diagnostics.append(_unreadable(f"{name}/{file.name}", error.strerror or str(error)))
        else:
            variables[file.name] = text.removesuffix("\n").removesuffix("\r")
    return EnvFileReading(variables, tuple(diagnostics))


def _variable_files(folder: Path) -> Iterator[Path]:
    """Give the files in order of name; Kubernetes keeps the files themselves in hidden folders (``..data``)."""
    for file in sorted(folder.iterdir()):
        if not file.name.startswith(".") and file.is_file():
            yield file


def parse_env_files(text: str) -> list[EnvFile]:
    """Read the list of env files from JSON: texts (paths of dotenv files) or mappings; raises ValueError."""
    entries = msgspec.json.decode(text, type=list[str | EnvFile])
    files = [EnvFile(path=entry) if isinstance(entry, str) else entry for entry in entries]
    for index, file in enumerate(files):
        for field in ("path", "prefix"):
            if "\0" in getattr(file, field):
                raise ValueError(f"the {field} contains a NUL character - at `$[{index}]`")
    return files
