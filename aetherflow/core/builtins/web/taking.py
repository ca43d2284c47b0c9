"""What becomes of an answer, or of all pages: outputs, or a file."""

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS, StepFailed, StepResult
from aetherflow.core.builtins.output_file import OutputFile, output_file
from aetherflow.core.builtins.web.asking import ask_of, may_repeat
from aetherflow.core.builtins.web.attempts import Attempts
from aetherflow.core.builtins.web.contents import error_words, json_value, parsed, read_content, write_content
from aetherflow.core.builtins.web.exchange import Answer, Ask, Service
from aetherflow.core.builtins.web.faults import status_failure, status_words
from aetherflow.core.builtins.web.inputs import HttpRequestInputs, Pagination
from aetherflow.core.builtins.web.pages import Page, pages
from aetherflow.core.builtins.web.statuses import statuses

_MOST_ITEMS = 10_000


class _Skipped(Exception):
    """Leaves a step that has nothing to do; a file is not written then."""

    def __init__(self, outputs: dict[str, Any], reason: str) -> None:
        super().__init__(reason)
        self.outputs = outputs
        self.reason = reason


class _Came(Struct, frozen=True):
    """How much came, and the file that it went to."""

    size_bytes: int = 0
    sha256: str | None = None
    path: str | None = None


class HttpRequest:
    """One step's request, or requests."""

    def __init__(self, service: Service, inputs: HttpRequestInputs) -> None:
        self._service = service
        self._inputs = inputs
        self._ask = ask_of(service.ctx, inputs, service.settings)
        self._right = statuses(inputs.expect_status, "expect_status")
        self._skips = statuses(inputs.skip_on_status, "skip_on_status")
        self._attempts = Attempts(service, may_repeat=may_repeat(inputs))
        self._seen: dict[str, Any] = {}  # of the last answer: status, url, headers
        self._pages = 0
        self._size_bytes = 0

    def run(self) -> StepResult:
        """Ask; StepFailed says what is wrong with the answer."""
        try:
            if self._inputs.pagination is None:
                outputs = self._attempts.ask(self._ask, self._take)
            else:
                outputs = self._all_pages(self._inputs.pagination)
        except _Skipped as skipped:
            return StepResult(STEP_SKIPPED, skipped.outputs, reason=skipped.reason)
        return StepResult(STEP_SUCCESS, outputs)

    def _take(self, answer: Answer) -> dict[str, Any]:
        self._judge(answer)
        if self._inputs.save_to is None:
            content = read_content(answer, self._inputs.max_bytes)
            value, text = parsed(content, answer.header("content-type"), self._inputs.parse)
            came = _Came(len(content), hashlib.sha256(content).hexdigest())
            return self._outputs(came, json=value, text=text)
        with output_file(self._service.ctx, self._inputs.save_to, "save_to") as file:
            write_content(answer, file, self._inputs.max_file_bytes, self._service.ctx)
        return self._outputs(_in_file(file))

    def _judge(self, answer: Answer) -> None:
        """Note what the answer is; raise what ends the step where it is none to take."""
        kept = {name.lower(): answer.header(name) for name in self._inputs.keep_headers}
        self._seen = {"status": answer.status, "url": answer.url, "headers": kept}
        if answer.status in self._skips and not self._pages:
            raise _Skipped(self._outputs(_Came()), f"the server answers {status_words(answer.status)}")
        if answer.status in self._right:
            return
        sent = self._attempts.of_this
        raise status_failure(self._ask.method, answer.url, answer.status, self._said(answer), sent)

    def _said(self, answer: Answer) -> str:
        try:
            return error_words(answer, self._service.settings)
        except Exception:  # noqa: BLE001  # of the network: that the status is wrong matters more
            return ""

    def _all_pages(self, how: Pagination) -> dict[str, Any]:
        if self._inputs.save_to is None:
            items: list[Any] = []
            count = self._collect(how, how.max_items or _MOST_ITEMS, items.extend)
            return self._outputs(_Came(self._size_bytes), items=items, count=count, pages=self._pages)
        with output_file(self._service.ctx, self._inputs.save_to, "save_to") as file:
            count = self._collect(how, how.max_items, lambda page: self._write_lines(file, page))
        return self._outputs(_in_file(file), count=count, pages=self._pages)

    def _collect(self, how: Pagination, most_items: int | None, take: Callable[[list[Any]], None]) -> int:
        count = 0
        for items in pages(self._ask, how, self._service.settings.base_url, self._page):
            self._pages += 1
            count += len(items)
            if most_items is not None and count > most_items:
                raise StepFailed(f"there are more than {most_items:,} items", hint="raise `pagination.max_items`")
            take(items)
            self._service.ctx.progress(self._pages, message=f"{count:,} items")
        if not count and how.skip_when_empty:
            raise _Skipped(self._outputs(_Came(), items=[], count=0, pages=self._pages), "there are no items")
        return count

    def _page(self, ask: Ask) -> Page:
        def take(answer: Answer) -> Page:
            self._judge(answer)
            left = self._inputs.max_bytes - (0 if self._inputs.save_to else self._size_bytes)
            content = read_content(answer, max(left, 0))
            self._size_bytes += len(content)
            return Page(answer.url, answer.header("link"), json_value(content))

        return self._attempts.ask(ask, take)

    def _write_lines(self, file: OutputFile, items: list[Any]) -> None:
        for item in items:
            file.write(msgspec.json.encode(item) + b"\n")
        if file.size_bytes > self._inputs.max_file_bytes:
            raise StepFailed(
                f"the items are longer than {self._inputs.max_file_bytes:,} bytes", hint="raise `max_file_bytes`"
            )

    def _outputs(self, came: _Came, **found: Any) -> dict[str, Any]:
        return {
            **self._seen,
            "json": None,
            "text": None,
            "items": None,
            "count": None,
            "pages": None,
            "bytes": came.size_bytes,
            "sha256": came.sha256,
            "path": came.path,
            "requests": self._attempts.sent,
            **found,
        }


def _in_file(file: OutputFile) -> _Came:
    return _Came(file.size_bytes, file.sha256, str(file.final))
