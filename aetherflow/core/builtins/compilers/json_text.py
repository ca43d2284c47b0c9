"""JSON is YAML but for a few signs: the text stays as it is written, so that findings point into it."""

import json
import re
from typing import Any

from aetherflow.core.api import Diagnostic, FlowInvalid, RemoteText, Span

_ESCAPE = re.compile(r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|.)", re.DOTALL)


def json_as_yaml(fetched: RemoteText) -> str | bytes:
    """Give a text of JSON as YAML reads it; raises FlowInvalid where it is none. What is no UTF-8 comes back."""
    try:
        text = fetched.content.decode("utf-8-sig")
        json.loads(text, parse_constant=_no_number)
    except UnicodeDecodeError:
        return fetched.content
    except json.JSONDecodeError as error:
        raise _no_json(error, fetched.name) from None
    except (ValueError, RecursionError):
        return fetched.content  # an integer without end, or nested without end: told where it stands, as in YAML
    return _ESCAPE.sub(_in_one, text)


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _in_one(escape: re.Match[str]) -> str:
    """Join the two halves by which JSON escapes a character that is beyond 16 bits."""
    if escape[1] is None:
        return escape[0]
    return f"\\U{0x10000 + ((int(escape[1], 16) - 0xD800) << 10) + int(escape[2], 16) - 0xDC00:08X}"


def _no_json(error: json.JSONDecodeError, name: str) -> FlowInvalid:
    message = f"this is no JSON: {error.msg[:1].lower()}{error.msg[1:]}"
    hint = "write JSON; what is YAML has the scheme `yaml://`"
    span = Span(name, error.lineno, error.colno, error.lineno, error.colno + 1)
    finding = Diagnostic(code="AF-C124", message=message, hint=hint, span=span)
    return FlowInvalid(message, hint=hint, diagnostics=[finding], sources={name: error.doc})
