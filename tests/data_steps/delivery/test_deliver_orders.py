"""sample_flows/deliver_orders from server to server: web shop, DuckDB, PostgreSQL, zip, SFTP, mail, all real."""

import csv
import io

import pytest
import pyzipper

from tests.builtins.conftest import SECRET
from tests.data_steps.delivery.conftest import FLOW, ZIP_PASSWORD, Delivery
from tests.data_steps.delivery.shop import TOKEN, order, wanted
from tests.support.sftp_server import PASSWORD

SECRETS = (TOKEN, PASSWORD, SECRET, ZIP_PASSWORD)  # PostgreSQL's is that of SFTP
ALL = wanted(*range(1, 251))


def unpacked(delivery: Delivery, name: str) -> list[list[str]]:
    """Open an archive on the SFTP server by the password, and give the rows in it."""
    with pyzipper.AESZipFile(delivery.partner.root / "incoming" / name) as archive:
        (member,) = archive.infolist()
        assert (member.filename, member.flag_bits & 1) == ("orders.csv", 1)
        text = archive.read(member, pwd=ZIP_PASSWORD.encode()).decode()
    return list(csv.reader(io.StringIO(text)))[1:]


def test_orders_go_from_the_shop_to_the_partner_and_are_reported(delivery: Delivery) -> None:
    delivery.orders.append({**order(7), "placed_at": "2026-01-30T00:00:00"})  # an older word on an order that is known
    outcome = delivery.run()
    assert outcome.exit_code == 0, outcome.stderr
    assert len(delivery.shop.asked) == 3  # pages
    assert delivery.stored() == ALL
    rows = unpacked(delivery, "orders-250.zip")
    assert [(int(row[0]), row[1], row[3]) for row in rows] == ALL
    (mail,) = delivery.mails()
    turnover = sum(number + 0.25 for number, _, _ in ALL)
    assert (mail["To"], mail["Subject"]) == ("orders@example.org", f"{len(ALL)} new orders")
    body = mail.get_body()
    assert body is not None
    assert f"{len(ALL)} new orders, for {turnover:.2f} in all." in body.get_content()
    assert "incoming/orders-250.zip, SHA-256 " in body.get_content()
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == "customers.csv"
    sums = list(csv.DictReader(io.StringIO(attachment.get_content())))
    assert len(sums) == 7
    assert sum(float(row["turnover"]) for row in sums) == turnover


def test_a_run_without_new_orders_is_skipped_and_sends_nothing(delivery: Delivery) -> None:
    assert delivery.run().exit_code == 0
    outcome = delivery.run()
    assert outcome.exit_code == 0, outcome.stderr
    statuses = {job_id: job["status"] for job_id, job in outcome.json["jobs"].items()}
    blocked = dict.fromkeys(("tidy", "store", "deliver", "report"), "BLOCKED")
    assert statuses == {"fetch": "SKIPPED", **blocked, "nothing_new": "SUCCESS"}
    assert delivery.stored() == ALL
    assert len(delivery.mails()) == len(delivery.partner.behaviour.renamed) == 1


def test_the_next_run_takes_only_what_is_new(delivery: Delivery) -> None:
    assert delivery.run().exit_code == 0
    delivery.orders += [order(251), order(252)]
    assert delivery.run().exit_code == 0
    assert delivery.stored() == ALL + wanted(251, 252)
    assert [row[0] for row in unpacked(delivery, "orders-252.zip")] == ["251", "252"]
    assert [mail["Subject"] for mail in delivery.mails()] == [f"{len(ALL)} new orders", "2 new orders"]


def test_no_secret_is_in_anything_that_is_shown_or_kept(delivery: Delivery) -> None:
    outcome = delivery.run("--run-id", "r1", "--verbose")
    commands = (
        ("runs", "show", "r1", "--json"), ("runs", "events", "r1", "--json"), ("runs", "report", "r1", "-o", "-"),
        ("explain", str(FLOW), "--json"), ("run", str(FLOW), "--dry-run", "--json"),
    )  # fmt: skip
    shown = [outcome, *(delivery.aetherflow(*command) for command in commands)]
    assert [each.exit_code for each in shown] == [0] * len(shown), [each.stderr for each in shown]
    kept = [path.read_bytes() for path in (delivery.project.root / "state").rglob("*") if path.is_file()]
    everything = b"\n".join([*kept, *((each.stdout + each.stderr).encode() for each in shown)])
    assert b"deliver" in everything
    assert [secret for secret in SECRETS if secret.encode() in everything] == []


@pytest.mark.parametrize(
    ("variable", "step", "resource"),
    [
        ("SHOP_TOKEN", "fetch.orders", "shop"),
        ("PG_PASSWORD", "fetch.table", "warehouse"),
        ("SFTP_PASSWORD", "deliver.upload", "partner"),
        ("MAIL_PASSWORD", "report.mail", "office"),
    ],
)
def test_a_wrong_password_is_told_with_its_resource_by_mail_too_and_a_resume_goes_on(
    delivery: Delivery, variable: str, step: str, resource: str
) -> None:
    outcome = delivery.run("--run-id", "r1", **{variable: "wrong-under-the-moon"})
    assert outcome.exit_code == 1
    job_id, step_id = step.split(".")
    error = outcome.json["jobs"][job_id]["steps"][step_id]["error"]
    assert error.startswith(f'resource "{resource}": ')
    assert error in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert "wrong-under" not in outcome.stdout + outcome.stderr
    alarms = delivery.mails()
    assert len(alarms) == (0 if resource == "office" else 1)
    for alarm in alarms:
        assert (alarm["To"], alarm["Subject"]) == ("admin@example.org", f"orders are not delivered: job {job_id}")
        assert error[:40] in alarm.get_content().replace("\n", " ")
    assert delivery.aetherflow("runs", "resume", "r1").exit_code == 0
    assert delivery.stored() == ALL
    assert delivery.partner.behaviour.renamed == ["/incoming/orders-250.zip"]
    assert [mail["To"] for mail in delivery.mails()[len(alarms) :]] == ["orders@example.org"]
