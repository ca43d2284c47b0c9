"""What an answer holds: read up to a bound, as JSON or text, or written to a file."""

from codecs import lookup
from typing import Any, Literal

import msgspec

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.output_file import OutputFile
from aetherflow.core.builtins.web.exchange import Answer
from aetherflow.core.builtins.web.settings import WebSettings

Parse = Literal["json", "text"]

_USUAL = "utf-8"
#: Python's own; to read a megabyte of the first one takes minutes.
_NO_CHARSETS = frozenset({"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"})
_MOST_OF_AN_ERROR = 300  # characters of what a server says of a status
_MOST_READ_OF_AN_ERROR = 4096


def read_content(answer: Answer, most_bytes: int) -> bytes:
    """Give the whole content; StepFailed where it is more than allowed."""
    content = bytearray()
    _refuse_announced(answer, most_bytes, "max_bytes", "or `save_to`, which writes it to a file")
    for piece in answer.pieces():
        content += piece
        if len(content) > most_bytes:
            raise _too_much(most_bytes, "max_bytes", "or `save_to`, which writes it to a file")
    return bytes(content)


def write_content(answer: Answer, file: OutputFile, most_bytes: int, ctx: StepContext) -> None:
    """Write the whole content into a file; StepFailed where it is more than allowed."""
    _refuse_announced(answer, most_bytes, "max_file_bytes", "if that is right")
    for piece in answer.pieces():
        if file.size_bytes + len(piece) > most_bytes:
            raise _too_much(most_bytes, "max_file_bytes", "if that is right")
        file.write(piece)
        ctx.progress(file.size_bytes, answer.length)


def parsed(content: bytes, content_type: str | None, parse: Parse | None) -> tuple[Any, str | None]:
    """Give a content as a value of JSON, else as text; by its type where the flow does not say."""
    is_json = parse == "json" or (parse is None and _is_json(content_type))
    if is_json and content:
        return json_value(content), None
    return None, _text(content, content_type) if content else None


def json_value(content: bytes) -> Any:
    """Read JSON; StepFailed says what is wrong with it."""
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        said = str(error).removeprefix("JSON is malformed: ")
        raise StepFailed(f"what the server sends is not JSON: {said}", hint="`parse: text` takes it as it is") from None


def error_words(answer: Answer, settings: WebSettings) -> str:
    """Give the first words of what a server says of an error: on one line, without credentials."""
    content_type = (answer.header("content-type") or "").lower()
    if "json" not in content_type and not content_type.startswith("text/plain"):
        return ""
    said = bytearray()
    for piece in answer.pieces():
        said += piece
        if len(said) > _MOST_READ_OF_AN_ERROR:
            break
    words = " ".join(said.decode("utf-8", "replace").split())
    return settings.without_credentials(words)[:_MOST_OF_AN_ERROR]


def _is_json(content_type: str | None) -> bool:
    kind = (content_type or "").partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def _text(content: bytes, content_type: str | None) -> str:
    """Read a text in the encoding that its type names; as UTF-8 where that is none of the web."""
    from email.message import Message  # deferred: only wanted for text

    message = Message()
    message["Content-Type"] = content_type or ""
    charset = message.get_content_charset() or _USUAL
    try:
        return content.decode(_USUAL if lookup(charset).name in _NO_CHARSETS else charset, "replace")
    except (LookupError, UnicodeError):  # nobody knows it, or it is none of texts
        return content.decode(_USUAL, "replace")


def _refuse_announced(answer: Answer, most_bytes: int, key: str, advice: str) -> None:
    if answer.length is not None and answer.length > most_bytes and answer.response.request.method != "HEAD":
        raise _too_much(most_bytes, key, advice)


def _too_much(most_bytes: int, key: str, advice: str) -> StepFailed:
    return StepFailed(f"the answer is longer than {most_bytes:,} bytes", hint=f"raise `{key}`, {advice}")
