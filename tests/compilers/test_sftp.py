"""A flow that is one file on an SFTP server: read, told where it cannot be, and never an older one."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest

from tests.compilers.flows import FLOW, OTHER, finding, findings
from tests.support.project import Project
from tests.support.sftp_server import PASSWORD, USER, SftpServer, settle, written

OPTIONS = "`options` under `workflow_plugins` of plugins.yaml, by the scheme"
AT_SETTLED = 1_600_000_000


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[SftpServer]:
    """Give a server that has the flow."""
    root = tmp_path / "served"
    (root / "flows of ann").mkdir(parents=True)
    for name in ("flow.yaml", "flows of ann/flow.yaml"):
        (root / name).write_text(FLOW)
    settle(root)
    server = SftpServer(root)
    yield server
    server.close()


@pytest.fixture
def url(sftp: SftpServer, project: Project) -> str:
    """Give the URL of its top, with credentials; its host key is known."""
    project.write("known_hosts", f"{sftp.name} {written(sftp.host_key)}\n")
    settings(project)
    return f"sftp://{USER}:{PASSWORD}@127.0.0.1:{sftp.port}"


def settings(project: Project, **more: object) -> None:
    options = {"known_hosts": "known_hosts", **more}
    project.write("plugins.yaml", f"workflow_plugins: {{sftp: {{options: {options}}}}}")


def said(project: Project, url: str) -> str:
    return str(project.aetherflow("run", f"{url}/flow.yaml", "--json").json["jobs"]["tell"]["outputs"]["said"])


@pytest.mark.parametrize("name", ["flow.yaml", "flows of ann/flow.yaml"])
def test_a_flow_is_read_and_the_password_is_nowhere_to_be_seen(name: str, url: str, project: Project) -> None:
    outcome = project.aetherflow("run", f"{url}/{name}", "--json", "-v")
    assert outcome.json["jobs"]["tell"]["outputs"] == {"said": "orders of today!"}
    stored = [path.read_bytes().decode("latin-1") for path in (project.root / "state").rglob("*") if path.is_file()]
    assert not [text for text in (outcome.stdout, outcome.stderr, *stored) if PASSWORD in text]


def test_credentials_and_host_key_may_be_options(sftp: SftpServer, project: Project) -> None:
    key = written(sftp.host_key)
    project.write(
        "plugins.yaml",
        f'workflow_plugins: {{sftp: {{options: {{host_key: "{key}", username: {USER}, password: "{{{{env.PW}}}}"}}}}}}',
    )
    assert findings(project, f"sftp://127.0.0.1:{sftp.port}/flow.yaml", PW=PASSWORD) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("none.yaml", "AF-C104 there is no such flow: nothing is there: no such file | look at the URI: "),
        ("none/flow.yaml", "AF-C104 there is no such flow: nothing is there: no such file | look at the URI: "),
        ("flows of ann", "AF-C110 this is no flow: a folder, or something else that is no file, is there | "),
        ("large.yaml", "AF-C109 the flow is not taken: it has more than 33,554,432 bytes | "),
    ],
)
def test_what_is_no_flow_is_told(name: str, told: str, sftp: SftpServer, url: str, project: Project) -> None:
    with (sftp.root / "large.yaml").open("wb") as sparse:
        sparse.truncate(32 * 1024 * 1024 + 1)
    assert finding(project, f"{url}/{name}").startswith(told)


def test_who_is_not_let_in_and_who_is_not_known_are_told(sftp: SftpServer, url: str, project: Project) -> None:
    assert finding(project, f"{url.replace(PASSWORD, 'not-that-one')}/flow.yaml") == (
        "AF-C105 the flow cannot be fetched: nobody is let in with these credentials: Authentication failed."
        f" | look at {OPTIONS}"
    )
    sftp.host_key = paramiko.ECDSAKey.generate()
    told = finding(project, f"{url}/flow.yaml")
    assert told.startswith("AF-C111 the flow cannot be fetched: the server's host key is another one: ecdsa-")
    assert told.endswith(" | ask the server's operator before you change what is known of it")
    project.write("known_hosts", "")
    assert finding(project, f"{url}/flow.yaml").startswith(
        "AF-C111 the flow cannot be fetched: the server's host key is not known: "
    )


def test_a_server_that_breaks_off_hangs_or_is_gone_is_told(sftp: SftpServer, url: str, project: Project) -> None:
    sftp.behaviour.on_read = lambda _: sftp.behaviour.drop()
    assert finding(project, f"{url}/flow.yaml").startswith("AF-C108 the flow cannot be fetched: the connection broke")
    sftp.behaviour.on_read = lambda _: sftp.behaviour.stall()
    settings(project, timeout_seconds=1)
    began = time.monotonic()
    assert finding(project, f"{url}/flow.yaml").startswith(
        "AF-C107 the flow cannot be fetched: it was not there within 1 seconds | "
    )
    assert time.monotonic() - began < 10
    sftp.close()
    assert finding(project, f"{url}/flow.yaml").startswith(
        "AF-C103 the flow cannot be fetched: the server cannot be reached: connection refused | "
    )


def test_a_copy_serves_while_the_file_has_its_time_and_size(sftp: SftpServer, url: str, project: Project) -> None:
    reads: list[int] = []
    sftp.behaviour.on_read = reads.append
    assert (said(project, url), bool(reads)) == ("orders of today!", True)
    reads.clear()
    assert (said(project, url), reads) == ("orders of today!", [])


def test_another_size_at_the_same_time_is_another_flow(sftp: SftpServer, url: str, project: Project) -> None:
    assert said(project, url) == "orders of today!"
    (sftp.root / "flow.yaml").write_text(OTHER)
    os.utime(sftp.root / "flow.yaml", (AT_SETTLED, AT_SETTLED))
    assert said(project, url) == "other orders of today!"


def test_a_change_within_the_second_of_the_last_reading_is_seen(sftp: SftpServer, url: str, project: Project) -> None:
    now = time.time()
    for text, told in ((FLOW, "orders of today!"), (FLOW.replace("orders of", "ORDERS of"), "ORDERS of today!")):
        (sftp.root / "flow.yaml").write_text(text)
        os.utime(sftp.root / "flow.yaml", (now, now))
        assert said(project, url) == told
