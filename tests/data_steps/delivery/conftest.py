"""The servers of sample_flows/deliver_orders, all of them real, and what has come to each."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aetherflow.core.builtins.files.host_keys import HostKey
from tests.builtins.conftest import SECRET
from tests.data_steps.delivery.shop import TOKEN, order, serve_orders
from tests.data_steps.mail.mail_service import MailService, mail_service
from tests.data_steps.rest.web_service import WebService, web_service
from tests.data_steps.services.postgres import PostgresServer
from tests.support.project import REPOSITORY, Outcome, Project
from tests.support.sftp_server import PASSWORD, USER, SftpServer

FLOW = REPOSITORY / "sample_flows/deliver_orders/flow.yaml"
ZIP_PASSWORD = "zipped-under-the-bridge"
DATABASE = "delivery"


class Delivery:
    """A project that runs the sample as it stands, and its servers."""

    def __init__(
        self, project: Project, shop: WebService, warehouse: PostgresServer, partner: SftpServer, office: MailService
    ) -> None:
        self.project, self.shop, self.warehouse, self.partner, self.office = project, shop, warehouse, partner, office
        self.orders: list[dict[str, Any]] = [order(number) for number in range(1, 251)]
        serve_orders(shop, self.orders)

    @property
    def env(self) -> dict[str, str]:
        """The variables of .env.example, for these servers."""
        key = self.partner.host_key
        return {
            "SHOP_URL": self.shop.url, "SHOP_TOKEN": TOKEN, **self.warehouse.env(), "PG_DATABASE": DATABASE,
            "SFTP_HOST": "127.0.0.1", "SFTP_PORT": str(self.partner.port), "SFTP_USER": USER,
            "SFTP_PASSWORD": PASSWORD, "SFTP_HOST_KEY": HostKey(key.get_name(), key.asbytes()).fingerprint,
            "MAIL_HOST": "localhost", "MAIL_PORT": str(self.office.port), "MAIL_USER": "anna",
            "MAIL_PASSWORD": SECRET, "SSL_CERT_FILE": self.office.ca_file, "ZIP_PASSWORD": ZIP_PASSWORD,
        }  # fmt: skip

    def run(self, *options: str, **env: str) -> Outcome:
        """Run the sample."""
        return self.aetherflow("run", FLOW, "--json", *options, **env)

    def aetherflow(self, *arguments: str | Path, **env: str) -> Outcome:
        """Run the command line with the variables of the servers."""
        return self.project.aetherflow(*arguments, timeout_seconds=110, **{**self.env, **env})

    def stored(self) -> list[tuple[int, str, str]]:
        """Give what PostgreSQL has."""
        return self.warehouse.run("SELECT id, customer, total::text FROM orders ORDER BY id")

    def mails(self) -> list[EmailMessage]:
        """Give the mails that have come."""
        return [arrived.message for arrived in self.office.arrived]

    def forget(self) -> None:
        """Be as before the first run, for whoever looks at the servers."""
        self.warehouse.run("DROP TABLE IF EXISTS orders, aetherflow_loads")
        for path in self.partner.root.rglob("*.zip*"):
            path.unlink()
        self.shop.asked.clear()
        self.partner.behaviour.renamed.clear()
        self.office.arrived.clear()


@pytest.fixture
def warehouse(postgres: PostgresServer) -> Iterator[PostgresServer]:
    """Give a database of its own."""
    postgres.run(f"CREATE DATABASE {DATABASE}")
    yield msgspec.structs.replace(postgres, database=DATABASE)
    postgres.run(f"DROP DATABASE {DATABASE} WITH (FORCE)")


@pytest.fixture
def delivery(project: Project, warehouse: PostgresServer) -> Iterator[Delivery]:
    """Give the sample and its servers; the shop has 250 orders."""
    served = project.root / "served"
    served.mkdir()
    partner = SftpServer(served)
    with web_service() as shop, mail_service(project.root) as office:
        yield Delivery(project, shop, warehouse, partner, office)
    partner.close()
