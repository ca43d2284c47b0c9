"""File steps in real runs of the command line: warnings, timeouts, interrupts, what is shown of a failure."""

import signal
import time
from pathlib import Path

import pytest

from tests.data_steps.files.place import content, fill
from tests.support.project import Project
from tests.support.sftp_server import PASSWORD, SftpServer, written

FLOW = """
version: 1
flow: {id: moves}
resources:
  partner:
    kind: files
    driver: sftp
    config: {host: 127.0.0.1, port: "{{env.SFTP_PORT}}", username: deploy, password: "{{env.SFTP_LOGIN}}", root: /}
    options: {host_key: "{{env.SFTP_HOST_KEY}}", timeout_seconds: "{{env.PATIENCE:20}}"}
jobs:
  - id: move
    steps:
      - id: fetch
        type: files_download
        timeout_seconds: 1.5
        inputs: {resource: partner, recursive: true}
"""


@pytest.fixture
def env(server: SftpServer) -> dict[str, str]:
    # By a name that the run does not take for a secret.
    return {"SFTP_PORT": str(server.port), "SFTP_LOGIN": PASSWORD, "SFTP_HOST_KEY": written(server.host_key)}


def test_links_are_warned_of(project: Project, served: Path, env: dict[str, str]) -> None:
    fill(served, "a.csv")
    (served / "link").symlink_to("a.csv")
    project.write("flow.yaml", FLOW)
    outcome = project.aetherflow("run", "flow.yaml", **env)
    assert outcome.exit_code == 0, outcome.stderr
    assert "resource \"partner\": 'link' is a link or a device, and left out" in outcome.stderr


def test_a_step_out_of_time_ends_and_goes_on_in_the_next_run(
    project: Project, server: SftpServer, served: Path, env: dict[str, str]
) -> None:
    fill(served, "a.csv", "b.csv")
    server.behaviour.on_read = lambda _offset: server.behaviour.stall()
    project.write("flow.yaml", FLOW)
    began = time.monotonic()
    outcome = project.aetherflow("run", "flow.yaml", "--run-id", "one", **env)
    assert outcome.exit_code == 1
    assert time.monotonic() - began < 6
    assert "Traceback" not in outcome.stderr
    server.behaviour.on_read = lambda _offset: None
    outcome = project.aetherflow("run", "flow.yaml", "--resume", "one", "--json", **env)
    outputs = outcome.json["jobs"]["move"]["steps"]["fetch"]["outputs"]
    assert [Path(file["target"]).read_bytes() for file in outputs["files"]] == [content("a.csv"), content("b.csv")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_whose_server_stalls(
    project: Project, server: SftpServer, served: Path, env: dict[str, str], number: signal.Signals
) -> None:
    fill(served, "a.csv")
    reached = []

    def stall(_offset: int) -> None:
        reached.append(time.monotonic())
        server.behaviour.stall()

    server.behaviour.on_read = stall
    project.write("flow.yaml", FLOW.replace("timeout_seconds: 1.5", "timeout_seconds: 60"))
    process = project.start("run", "flow.yaml", **env)
    while not reached:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    began = time.monotonic()
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    assert time.monotonic() - began < 3
    assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143}[number], errors
    assert "Traceback" not in errors


def test_a_failure_names_the_resource_and_shows_no_password(
    project: Project, server: SftpServer, served: Path, env: dict[str, str]
) -> None:
    fill(served, "a.csv", size=3_000_000)
    server.behaviour.on_read = lambda offset: server.behaviour.drop() if offset > 500_000 else None
    project.write("flow.yaml", FLOW)
    outcome = project.aetherflow("run", "flow.yaml", "--json", **env)
    error = outcome.json["jobs"]["move"]["steps"]["fetch"]["error"]
    assert error.startswith('resource "partner": reading "a.csv": the connection broke off')
    everything = outcome.stdout + outcome.stderr
    everything += "".join(
        path.read_text(errors="replace") for path in (project.root / "state").rglob("*") if path.is_file()
    )
    assert PASSWORD not in everything
    assert "Traceback" not in everything


def test_wrong_credentials_are_told_in_plain_words(project: Project, served: Path, env: dict[str, str]) -> None:
    project.write("flow.yaml", FLOW)
    outcome = project.aetherflow("run", "flow.yaml", **{**env, "SFTP_LOGIN": "wrong-horse-battery"})
    assert outcome.exit_code == 1
    assert 'resource "partner": the server does not let us sign in' in outcome.stderr
    assert "wrong-horse" not in outcome.stderr + outcome.stdout
