"""kill -9 while a mail is being sent: it is not sent again without a word, and what was recorded never is."""

from tests.builtins.conftest import SECRET
from tests.data_steps.killing import killed_when
from tests.data_steps.mail.mail_service import MailService
from tests.support.project import Project

FLOW = """
version: 1
flow: {id: tell}
resources:
  office:
    kind: mail
    driver: smtp
    config: {host: localhost, port: PORT, username: anna, password: "{{env.MAIL_PASSWORD}}"}
    options: {ca_file: CA_FILE}
jobs:
  - id: tell
    steps:
      - {id: first, type: mail_send, inputs: {resource: office, from: a@b.org, to: b@b.org, subject: "1", html: x}}
      - {id: then, type: mail_send, inputs: {resource: office, from: a@b.org, to: b@b.org, subject: "2", html: x}}
"""


def test_a_mail_in_flight_is_sent_again_only_by_a_persons_word(project: Project, office: MailService) -> None:
    project.write("flow.yaml", FLOW.replace("PORT", str(office.port)).replace("CA_FILE", office.ca_file))
    office.holds_from = 2
    killed_when(project, "flow.yaml", lambda: len(office.arrived) == 2, MAIL_PASSWORD=SECRET)
    office.holds_from = None
    resume = ("run", "flow.yaml", "--resume", "r1")
    refused = project.aetherflow(*resume, MAIL_PASSWORD=SECRET)
    assert refused.exit_code == 1
    assert "tell.then" in refused.stdout + refused.stderr
    assert len(office.arrived) == 2
    assert project.aetherflow(*resume, "--redo", "tell.then", MAIL_PASSWORD=SECRET).exit_code == 0
    messages = [arrived.message for arrived in office.arrived]
    assert [message["Subject"] for message in messages] == ["1", "2", "2"]
    assert messages[1]["Message-ID"] == messages[2]["Message-ID"] != messages[0]["Message-ID"]
