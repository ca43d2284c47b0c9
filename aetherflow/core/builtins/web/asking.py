"""What is sent: made of the inputs once, before anything is asked."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.output_file import input_path, step_digest
from aetherflow.core.builtins.web.addresses import joined
from aetherflow.core.builtins.web.exchange import Ask
from aetherflow.core.builtins.web.inputs import REPEATABLE, HttpRequestInputs, Parameters
from aetherflow.core.builtins.web.settings import WebSettings, checked_headers
from aetherflow.core.builtins.web.statuses import statuses

_CONTENTS = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "body": "text/plain; charset=utf-8",
    "file": "application/octet-stream",
}


def ask_of(ctx: StepContext, inputs: HttpRequestInputs, settings: WebSettings) -> Ask:
    """Give what is asked; StepFailed for inputs that contradict each other."""
    given = [key for key in _CONTENTS if getattr(inputs, key) is not None]
    if len(given) > 1:
        raise StepFailed(f"`{given[0]}` and `{given[1]}` cannot both be sent", hint="leave one of them out")
    if inputs.pagination and (inputs.method != "GET" or given):
        raise StepFailed("`pagination` is for GET, with nothing to send", hint="leave out one or the other")
    headers: dict[str, str] = {}
    if given:
        headers["Content-Type"] = inputs.content_type or _CONTENTS[given[0]]
    if inputs.idempotency_key:
        key = inputs.idempotency_key
        headers["Idempotency-Key"] = step_digest(ctx, "idempotency-key") if key is True else str(key)
    return Ask(
        method=inputs.method,
        url=with_query(joined(settings.base_url, inputs.path), inputs.query),
        headers=checked_headers({**headers, **inputs.headers}),
        content=_content(inputs),
        file=input_path(ctx, inputs.file, "file") if inputs.file is not None else None,
        expected=statuses(inputs.expect_status, "expect_status") | statuses(inputs.skip_on_status, "skip_on_status"),
    )


def may_repeat(inputs: HttpRequestInputs) -> bool:
    """Tell whether the same request may be made again without harm, or the flow takes that upon itself."""
    return inputs.method in REPEATABLE or bool(inputs.idempotency_key) or inputs.repeat


def with_query(url: str, query: Parameters | Mapping[str, Any]) -> str:
    """Give a URL with further parameters."""
    pairs = [(name, _text(value)) for name, each in query.items() for value in _listed(each) if value is not None]
    if not pairs:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(pairs)}"


def _content(inputs: HttpRequestInputs) -> bytes | None:
    if inputs.json is not None:
        return msgspec.json.encode(inputs.json)
    if inputs.form is not None:
        return with_query("", inputs.form).removeprefix("?").encode()
    return None if inputs.body is None else inputs.body.encode()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
