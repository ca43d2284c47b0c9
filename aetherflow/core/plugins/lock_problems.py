"""What is wrong with a lock of plugins that is not to the byte what we write, and where."""

import json
import re
from collections.abc import Iterator

import msgspec

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.span import DocumentPath, Span, start_of
from aetherflow.core.documents.lines import LineIndex
from aetherflow.core.documents.reader import Reading, read_document
from aetherflow.core.documents.source import Source, decode_source
from aetherflow.core.documents.unique_keys import RepeatedKey, unique_keys

_BYTE = re.compile(r" \(byte (\d+)\)\Z")
_PLACE = re.compile(r" - at `\$(.*)`\Z", re.DOTALL)
_PART = re.compile(r"\.(\w+)|\[(\d+)\]")
_FORM = re.compile(r"aetherflow plugins lock \d+")
_REPEATED_KEY = "AF-Y201"


def lock_problem(file: str, content: bytes, error: Exception | None) -> Diagnostic | None:
    """Say why a lock cannot be used; ``error`` is the decoder's. None where it is another spelling of a good lock."""
    try:
        source = decode_source(file, content)
    except InputError as refused:
        finding = refused.diagnostics[0]
        return _problem(finding.message, finding.span)
    if error is None:
        return _repeated(source)
    if isinstance(error, RecursionError):
        return _problem("it is nested too deeply", start_of(file))
    if isinstance(error, msgspec.ValidationError):
        return _of_another_form(source) or _misshapen(source, str(error))
    return _malformed(source, content, str(error))


def _malformed(source: Source, content: bytes, said: str) -> Diagnostic:
    """Place what the decoder has said of bytes that are no JSON."""
    byte = _BYTE.search(said)
    offset = len(content[: int(byte[1])].decode("utf-8", "ignore")) if byte else len(source.text.rstrip())
    reason = _BYTE.sub("", said).removeprefix("JSON is malformed: ")
    reason = "it ends too early" if reason == "Input data was truncated" else reason
    return _problem(f"it is no JSON: {reason}", LineIndex(source).span(offset, offset + 1))


def _misshapen(source: Source, said: str) -> Diagnostic:
    """Place what the decoder has said of values that are none of a lock's."""
    place = _PLACE.search(said)
    path = tuple(_parts(place[1])) if place else ()
    reason = _PLACE.sub("", said)
    if "matching regex" in reason:  # digests alone have a pattern
        reason = 'a digest is "sha256:" and 64 hexadecimal digits'
    return _problem(reason[:1].lower() + reason[1:], _span(source, path), path)


def _parts(written: str) -> Iterator[str | int]:
    for key, number in _PART.findall(written):
        yield key or int(number)


def _of_another_form(source: Source) -> Diagnostic | None:
    """Tell the lock of another version from one that is broken."""
    try:
        data = json.loads(source.text, parse_int=float)  # as float: the digits of a whole number have a bound
    except (ValueError, RecursionError):  # what follows the value that is wrong has not been looked at yet
        return None
    form = data.get("form") if isinstance(data, dict) else None
    if isinstance(form, str) and _FORM.fullmatch(form) and not form.endswith(" 1"):
        return _problem(
            f'its form is "{form}", which this version of aetherflow does not know', _span(source, ("form",))
        )
    return None


def _repeated(source: Source) -> Diagnostic | None:
    try:
        json.loads(source.text, object_pairs_hook=unique_keys)
    except RepeatedKey as repeated:
        found = (finding.span for finding in _reading(source).diagnostics if finding.code == _REPEATED_KEY)
        return _problem(str(repeated), next(found, None) or start_of(source.name))
    return None


def _span(source: Source, path: DocumentPath) -> Span:
    document = _reading(source).document
    return document.span(path) if document else start_of(source.name)


def _reading(source: Source) -> Reading:
    """Read it as YAML, of which JSON is a part, for the places of its values."""
    return read_document(source)


def _problem(reason: str, span: Span | None, path: DocumentPath = ()) -> Diagnostic:
    return Diagnostic(
        code="AF-P403",
        message=f"the lock of plugins cannot be used: {reason}",
        hint="take it back to what it was, or write it anew: `aetherflow plugins sync`",
        span=span,
        path=path,
    )
