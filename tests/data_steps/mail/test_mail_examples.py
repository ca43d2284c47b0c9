"""The examples of mail_send and its connector run as their pages print them, against a real server."""

from tests.builtins.conftest import SECRET
from tests.data_steps.examples import outputs_of, run_example
from tests.data_steps.mail.mail_service import mail_service
from tests.support.project import Project


def test_mail_send(project: Project) -> None:
    with mail_service(project.root, user="reports") as office:
        here = {"MAIL_HOST": "localhost", "MAIL_PORT": str(office.port), "MAIL_CA_FILE": office.ca_file}
        outcome = run_example(project, "mail_send", **here, MAIL_PASSWORD=SECRET)
        outputs = outputs_of(outcome, "report", "tell")
    (arrived,) = office.arrived
    assert arrived.recipients == ["anna@example.org", "bob@example.org", "archive@example.org"]
    assert arrived.message["Message-ID"] == outputs["message_id"]
    assert [each.get_filename() for each in arrived.message.iter_attachments()] == ["orders.csv", "orders.txt"]
    assert SECRET not in outcome.stdout + outcome.stderr


def test_mail_smtp(project: Project) -> None:
    with mail_service(project.root, "none") as office:
        outcome = run_example(project, "mail-smtp", MAIL_HOST="127.0.0.1", MAIL_PORT=str(office.port))
        assert outputs_of(outcome, "tell", "done")["accepted"] == ["anna@example.org"]
    assert outcome.json["run_id"] in office.arrived[0].message.get_content()
