"""A mail server, and a caller of mail_send on it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aetherflow.core.api import StepFailed, StepResult
from aetherflow.core.builtins.connectors.smtp import SmtpConnector
from aetherflow.core.builtins.steps.mail_send import MailSend
from tests.builtins.conftest import SECRET
from tests.data_steps.mail.mail_service import MailService, mail_service

PLAIN = {"from": "reports@example.org", "to": "anna@example.org", "subject": "Orders", "text": "42 orders\n"}


class Mailer:
    """Sends by the step, on a resource that is called `office`."""

    def __init__(self, ctx: Any, config: dict[str, Any], options: dict[str, Any]) -> None:
        self.ctx = ctx
        self.config = config
        self.options = {"timeout_seconds": 5.0, "connect_timeout_seconds": 2.0, **options}
        ctx.connectors = {}

    def send(self, **inputs: Any) -> StepResult:
        connector = SmtpConnector(config=self.config, options=self.options)
        self.ctx.connectors["office"] = connector
        try:
            return self.send_by(connector, **inputs)
        finally:
            connector.close()

    def send_by(self, connector: SmtpConnector, **inputs: Any) -> StepResult:
        self.ctx.connectors["office"] = connector
        converted = msgspec.convert({"resource": "office", **PLAIN, **inputs}, MailSend.input_schema)
        return MailSend().run(self.ctx, converted)

    def failure(self, **inputs: Any) -> StepFailed:
        with pytest.raises(StepFailed) as raised:
            self.send(**inputs)
        assert SECRET not in f"{raised.value.message}{raised.value.hint}"
        return raised.value

    def said(self, **inputs: Any) -> str:
        return self.failure(**inputs).message.removeprefix('resource "office": ')


@pytest.fixture
def office(tmp_path: Path) -> Iterator[MailService]:
    """Give a server that wants STARTTLS before a password."""
    with mail_service(tmp_path) as running:
        yield running


@pytest.fixture
def mailer(ctx: Any, office: MailService) -> Mailer:
    """Give a caller of the step."""
    config = {"host": "localhost", "port": office.port, "username": "anna", "password": SECRET}
    return Mailer(ctx, config, {"ca_file": office.ca_file})
