"""A web service, and a caller of http_request on it."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from aetherflow.core.api import StepFailed, StepResult
from aetherflow.core.builtins.connectors.httpx import HttpxConnector
from aetherflow.core.builtins.steps.http_request import HttpRequestStep
from tests.builtins.conftest import SECRET
from tests.data_steps.rest.web_service import WebService, web_service

#: So that no test waits for anything but what it is about.
QUICK = {"backoff_seconds": 0.01, "timeout_seconds": 5.0, "connect_timeout_seconds": 2.0}


class Rest:
    """Makes requests by the step, on a resource that is called `shop`."""

    def __init__(self, ctx: Any, url: str) -> None:
        self.ctx = ctx
        self.config: dict[str, Any] = {"base_url": url, "username": "anna", "password": SECRET}
        self.options: dict[str, Any] = dict(QUICK)
        ctx.connectors = {}

    def ask(self, **inputs: Any) -> StepResult:
        connector = HttpxConnector(config=self.config, options=self.options)
        self.ctx.connectors["shop"] = connector
        try:
            converted = msgspec.convert({"resource": "shop", **inputs}, HttpRequestStep.input_schema)
            return HttpRequestStep().run(self.ctx, converted)
        finally:
            connector.close()

    def outputs(self, **inputs: Any) -> dict[str, Any]:
        result = self.ask(**inputs)
        assert result.status == "SUCCESS"
        return result.outputs

    def failure(self, **inputs: Any) -> StepFailed:
        with pytest.raises(StepFailed) as raised:
            self.ask(**inputs)
        assert SECRET not in f"{raised.value.message}{raised.value.hint}"
        assert raised.value.message.startswith('resource "shop": ')
        return raised.value

    def said(self, **inputs: Any) -> str:
        return self.failure(**inputs).message.removeprefix('resource "shop": ')


@pytest.fixture
def service() -> Iterator[WebService]:
    """Give a service that answers as told."""
    with web_service() as running:
        yield running


@pytest.fixture
def other() -> Iterator[WebService]:
    """Give another one, of another origin."""
    with web_service() as running:
        yield running


@pytest.fixture
def rest(ctx: Any, service: WebService) -> Rest:
    """Give a caller of the step."""
    return Rest(ctx, service.url)
