"""Mail goes by a real server, over TLS that is checked, and nothing in it becomes a header."""

import time
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.connectors.smtp import SmtpConnector
from aetherflow.core.builtins.mail.addresses import address
from tests.builtins.conftest import SECRET
from tests.data_steps.mail.conftest import Mailer
from tests.data_steps.mail.mail_service import MailService, mail_service


def test_a_mail_arrives_by_starttls_signed_in(mailer: Mailer, office: MailService) -> None:
    result = mailer.send(
        **{"from": "Daily Reports <reports@example.org>"},
        to=["Anna Bérg <anna@example.org>", "bob@example.org"],
        cc="carl@example.org",
        bcc=["dora@example.org", "anna@example.org"],
        reply_to="help@example.org",
        subject="Bestellungen für heute 📦",
        headers={"X-Team": "orders"},
    )
    (arrived,) = office.arrived
    assert (arrived.was_safe, arrived.user, arrived.sender) == (True, "anna", "reports@example.org")
    assert arrived.recipients == ["anna@example.org", "bob@example.org", "carl@example.org", "dora@example.org"]
    message = arrived.message
    assert message["To"] == "Anna Bérg <anna@example.org>, bob@example.org"
    assert message["From"] == "Daily Reports <reports@example.org>"
    assert (message["Cc"], message["Bcc"], message["Reply-To"]) == ("carl@example.org", None, "help@example.org")
    assert (message["Subject"], message["X-Team"]) == ("Bestellungen für heute 📦", "orders")
    assert message["Message-ID"] == result.outputs["message_id"]
    assert message.get_content() == "42 orders\r\n"
    assert b"dora" not in arrived.content
    assert result.outputs["accepted"] == arrived.recipients
    assert (result.outputs["refused"], result.outputs["reply"]) == ({}, "250 OK, it is in the queue")


def test_text_html_and_attachments_come_as_they_are(mailer: Mailer, office: MailService) -> None:
    data = bytes(range(256)) * 100
    (mailer.ctx.artifacts_dir / "a.bin").write_bytes(data)
    (mailer.ctx.job_dir / "b.csv").write_text("id\n.\n..\n")
    mailer.send(
        text="Grüße\n.\nend\n",
        html="<p>Grüße</p>\n",
        attachments=["a.bin", {"path": "b.csv", "name": "Größe.csv", "type": "text/csv"}],
    )
    message = office.arrived[0].message
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content() == "Grüße\r\n.\r\nend\r\n"
    rich = message.get_body(("html",))
    assert rich is not None
    assert rich.get_content() == "<p>Grüße</p>\r\n"
    first, second = message.iter_attachments()
    assert (first.get_filename(), first.get_content_type(), first.get_content()) == (
        "a.bin",
        "application/octet-stream",
        data,
    )
    assert (second.get_filename(), second.get_content_type()) == ("Größe.csv", "text/csv")
    assert office.arrived[0].content.isascii()


def test_html_alone_is_a_mail(mailer: Mailer, office: MailService) -> None:
    mailer.send(text=None, html="<p>1</p>")
    assert office.arrived[0].message.get_content_type() == "text/html"


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (
            {"subject": "a\r\nBcc: eve@example.org"},
            "`subject` has a line break or another character that no header can have",
        ),
        (
            {"to": "a@example.org\nBcc: eve@example.org"},
            "`to`: an address has a line break or another character that none can have",
        ),
        (
            {"from": "A\r\n <a@example.org>"},
            "`from`: an address has a line break or another character that none can have",
        ),
        (
            {"subject": "a\u2028Bcc: eve@example.org"},
            "`subject` has a line break or another character that no header can have",
        ),
        ({"to": "A\x85 <a@example.org>"}, "`to`: an address has a line break or another character that none can have"),
        ({"subject": "=?utf-8?q?a=0aBcc:_eve@example.org?="}, "`subject` has an encoded word in it"),
        ({"subject": "a =?UTF-8?B?CkJjYzogZXZlQGV4YW1wbGUub3Jn?="}, "`subject` has an encoded word in it"),
        ({"headers": {"X-A": "=?utf-8?q?=0aBcc:_a?="}}, "`headers.X-A` has an encoded word in it"),
        ({"to": "=?utf-8?q?=0aBcc:_a?= <a@example.org>"}, "`to` has an encoded word in it"),
        ({"to": "=?utf-8?q?=0aBcc=3A_a?=@example.org"}, "`to` has an encoded word in it"),
        (
            {"attachments": [{"path": "a", "name": "=?utf-8?q?=0aBcc:_a?="}]},
            "`attachments` has an encoded word in it",
        ),
        ({"headers": {"X-A": "a\nb"}}, "`headers.X-A` has a line break or another character that no header can have"),
        ({"headers": {"X-A: b\nBcc": "a"}}, "`headers`: no header can be named 'X-A: b\\nBcc'"),
        ({"headers": {"bcc": "a"}}, '`headers`: "bcc" is made of the other inputs, and cannot be written'),
        ({"to": "a@example.org, b@example.org"}, "`to`: 'a@example.org, b@example.org' is no address"),
        ({"cc": ["anna"]}, "`cc`: 'anna' is no address"),
        ({"to": "a@b@example.org"}, "`to`: 'a@b@example.org' is no address"),
        ({"reply_to": "<>"}, "`reply_to`: '<>' is no address"),
        (
            {"to": "ännä@example.org"},
            "`to`: 'ännä@example.org' has a character beyond ASCII before the @, which few servers take",
        ),
        ({"text": None}, "the mail says nothing"),
        ({"text": "caf\udce9"}, "`text` has something in it that is no character: what it comes from is not UTF-8"),
        ({"html": "caf\udce9"}, "`html` has something in it that is no character: what it comes from is not UTF-8"),
        (
            {"attachments": ["../../etc/passwd"]},
            '`attachments`: "../../etc/passwd" may lead out of the job\'s directory',
        ),
        (
            {"attachments": [{"path": "a", "name": "a\nb"}]},
            "`attachments` has a line break or another character that no header can have",
        ),
        ({"attachments": [{"path": "a", "type": "text"}]}, "`attachments`: 'text' is no type"),
        ({"max_bytes": 1000, "attachments": ["a"]}, "the mail has 4,000 bytes, and 1,000 are allowed"),
        ({"max_bytes": 1000, "attachments": ["/dev/zero"]}, "the mail has 1,001 bytes, and 1,000 are allowed"),
        ({"max_bytes": 1000, "text": "x" * 1000}, "the mail has 1,"),
    ],
)
def test_what_cannot_be_sent_is_said_before_any_server_is_asked(
    mailer: Mailer, office: MailService, inputs: dict[str, Any], message: str
) -> None:
    (mailer.ctx.artifacts_dir / "a").write_bytes(b"x" * 3000)
    assert mailer.said(**inputs).startswith(message)
    assert (office.arrived, office.sessions) == ([], 0)


def test_what_only_looks_like_an_encoded_word_is_sent_as_it_is(mailer: Mailer, office: MailService) -> None:
    mailer.send(subject="is 1+1=? Or =?c?=?")
    assert office.arrived[0].message["Subject"] == "is 1+1=? Or =?c?=?"


def test_a_domain_beyond_ascii_is_written_as_servers_know_it(mailer: Mailer, office: MailService) -> None:
    mailer.send(to="anna@bücher.example")
    assert office.arrived[0].recipients == ["anna@xn--bcher-kva.example"]


@pytest.mark.parametrize("text", [" " * 5000 + "<" + " " * 5000, '"' + " " * 9000, "a@" * 5000, "<" * 9000])
def test_no_address_takes_long_to_read(text: str) -> None:
    begun = time.monotonic()
    with pytest.raises(StepFailed, match="is no address"):
        address(text, "to")
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("anna@example.org", ""),
        (" <anna@example.org> ", ""),
        ('"Berg, Anna"<anna@example.org>', "Berg, Anna"),
        ("  Anna  Berg   < anna@example.org >", "Anna  Berg"),
        ('"Anna"  <anna@example.org>', "Anna"),
    ],
)
def test_addresses_are_read_as_people_write_them(text: str, name: str) -> None:
    found = address(text, "to")
    assert (found.display_name, found.addr_spec) == (name, "anna@example.org")


def test_nobody_to_send_to_is_nothing_to_do(mailer: Mailer, office: MailService) -> None:
    result = mailer.send(to=[])
    assert (result.status, result.reason, result.outputs["accepted"]) == ("SKIPPED", "there are no recipients", [])
    assert office.sessions == 0


def test_refused_recipients_are_told_and_the_others_get_it(mailer: Mailer, office: MailService) -> None:
    result = mailer.send(to=["anna@example.org", "no-one@example.org"])
    assert office.arrived[0].recipients == result.outputs["accepted"] == ["anna@example.org"]
    assert result.outputs["refused"] == {"no-one@example.org": "550 5.1.1 no such user"}
    assert mailer.ctx.logged == [
        ("warning", 'the server refuses the recipient "no-one@example.org": 550 5.1.1 no such user')
    ]


def test_where_all_must_get_it_nobody_does(mailer: Mailer, office: MailService) -> None:
    failure = mailer.failure(to=["anna@example.org", "no-one@example.org"], require_all=True)
    assert (
        failure.message
        == 'resource "office": the server refuses the recipient "no-one@example.org": 550 5.1.1 no such user'
    )
    assert mailer.said(to=["no-a@example.org", "no-b@example.org"]) == (
        'the server refuses the recipient "no-a@example.org" and 1 more: 550 5.1.1 no such user; nobody is left'
    )
    assert office.arrived == []


def test_a_mail_that_the_server_does_not_want_is_said(mailer: Mailer, office: MailService) -> None:
    office.answer = "554 5.7.1 it looks like spam"
    assert mailer.said() == "the server refuses the mail: 554 5.7.1 it looks like spam"


def test_its_message_id_is_the_same_in_every_attempt_and_another_in_any_other_run(mailer: Mailer) -> None:
    ids = []
    for run_id, attempt, step_id in [("r.1", 1, "a"), ("r.1", 2, "a"), ("r.2", 1, "a"), ("r.1", 1, "b")]:
        mailer.ctx.run_id, mailer.ctx.attempt, mailer.ctx.step_id = run_id, attempt, step_id
        ids.append(mailer.send().outputs["message_id"])
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert ids[0].endswith(".r-1@example.org>")


def test_the_certificate_is_checked_for_the_authority_and_the_name(mailer: Mailer, office: MailService) -> None:
    del mailer.options["ca_file"]
    assert mailer.said().startswith("the server's certificate is refused: ")
    mailer.options["ca_file"] = office.ca_file
    mailer.config["host"] = "127.0.0.1"
    assert mailer.said().startswith("the server's certificate is refused: IP address mismatch")
    assert office.arrived == []


def test_a_wrong_password_is_said_without_it(mailer: Mailer) -> None:
    mailer.config["password"] = f"{SECRET}-not"
    failure = mailer.failure()
    assert (
        failure.message
        == 'resource "office": the server refuses to let in: 535 5.7.8 Authentication credentials invalid'
    )
    assert failure.hint == "look at username and password in the resource's config"


def test_tls_from_the_first_byte(ctx: Any, tmp_path: Path) -> None:
    with mail_service(tmp_path, "tls") as office:
        mailer = Mailer(ctx, {"host": "localhost", "port": office.port}, {"ca_file": office.ca_file, "security": "tls"})
        mailer.send()
        assert office.arrived[0].was_safe
        mailer.options |= {"security": "starttls", "timeout_seconds": 0.5}
        assert mailer.said() in ("no answer came in time", "the server ended the connection")


def test_without_tls_no_password_is_sent_unless_that_is_said(ctx: Any, tmp_path: Path) -> None:
    with mail_service(tmp_path, "none") as office:
        mailer = Mailer(ctx, {"host": "localhost", "port": office.port}, {"security": "none"})
        mailer.send()
        mailer.config |= {"username": "anna", "password": SECRET}
        assert mailer.said().startswith("its password would be sent without TLS: ")
        mailer.options["allow_plain_auth"] = True
        mailer.send()
        assert [(arrived.was_safe, arrived.user) for arrived in office.arrived] == [(False, None), (False, "anna")]
        mailer.options = {"security": "starttls"}
        assert mailer.said() == "the server offers no STARTTLS"
        mailer.options = {"security": "tls"}
        assert mailer.said().startswith("TLS with the server fails: ")


def test_a_larger_mail_than_the_server_takes_is_not_sent(ctx: Any, tmp_path: Path) -> None:
    with mail_service(tmp_path, "none", size=2000) as office:
        mailer = Mailer(ctx, {"host": "localhost", "port": office.port}, {"security": "none"})
        assert mailer.said(text="x" * 3000).endswith("and the server takes 2,000")
        assert office.arrived == []


def test_one_session_serves_several_mails_and_one_that_is_gone_is_replaced(mailer: Mailer, office: MailService) -> None:
    connector = SmtpConnector(config=mailer.config, options=mailer.options)
    try:
        mailer.send_by(connector)
        mailer.send_by(connector)
        assert office.sessions == 2  # one before TLS, one behind it
        connector.watch.cut()
        mailer.send_by(connector)
        assert (office.sessions, len(office.arrived)) == (4, 3)
    finally:
        connector.close()
