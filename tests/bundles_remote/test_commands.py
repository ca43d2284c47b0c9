"""A manifest with a remote bundle on the command line: what runs, what is said, what is written down."""

import os
import re
from pathlib import Path

import pytest

from tests.support.project import Project
from tests.support.sftp_server import PASSWORD, SftpServer, written

MANIFEST = """
    version: 1
    mode: enterprise
    bundle:
      id: orders
      source: {{type: remote, location: "sftp://127.0.0.1:{port}/orders", resource: files}}
      entry_flow: flows/main.yaml
    resources:
      files:
        kind: remote
        driver: sftp
        config: {{username: deploy, password: "{{{{env.FILES_SECRET}}}}", host_key: "{host_key}"}}
"""
FLOW = "flow: {id: main}\njobs:\n  - id: tell\n    steps:\n      - {id: hello, type: log, inputs: {message: hello}}\n"


@pytest.fixture
def manifest(sftp: SftpServer, project: Project) -> Path:
    (sftp.root / "orders/flows/main.yaml").write_text(FLOW)
    os.utime(sftp.root / "orders/flows/main.yaml", (1_600_000_000, 1_600_000_000))
    return project.write("ops/manifest.yaml", MANIFEST.format(port=sftp.port, host_key=written(sftp.host_key)))


def everything_written(project: Project) -> bytes:
    """Read all files that the command line has left."""
    return b"".join(path.read_bytes() for path in project.root.rglob("*") if path.is_file())


def test_a_remote_bundle_runs_and_its_password_is_nowhere(manifest: Path, project: Project) -> None:
    ran = project.aetherflow("run", "--bundle-manifest", manifest, FILES_SECRET=PASSWORD)
    assert ran.exit_code == 0, ran.stderr
    synced = project.aetherflow("bundle", "sync", "--json", "--bundle-manifest", manifest, FILES_SECRET=PASSWORD)
    assert (synced.json["fetched"], synced.json["files"]) == (False, 3)
    assert synced.json["revision"].startswith("tree:")
    assert PASSWORD not in "".join((ran.stdout, ran.stderr, synced.stdout, synced.stderr))
    assert PASSWORD.encode() not in everything_written(project)


def test_what_is_here_is_looked_at_without_credentials(manifest: Path, project: Project) -> None:
    words = ("--bundle-manifest", manifest)
    never = project.aetherflow("bundle", "status", *words)
    assert (never.exit_code, never.stderr.splitlines()[1]) == (2, " --> ops/manifest.yaml:5:36")
    assert never.stderr.startswith('error[AF-B215]: the bundle "orders" was never fetched from "sftp://127.0.0.1:')
    assert project.aetherflow("bundle", "sync", *words, FILES_SECRET=PASSWORD).exit_code == 0
    assert project.aetherflow("bundle", "status", *words).stdout.startswith("orders (3 files)\n")
    assert project.aetherflow("bundle", "verify", *words).stdout.startswith("orders: ok (3 files, ")


def test_credentials_that_lack_are_a_failure_to_fetch_like_any_other(manifest: Path, project: Project) -> None:
    lacks = (
        'resource "files": "config.password" cannot be rendered: {{env.FILES_SECRET}}: '
        'environment variable "FILES_SECRET" is not set'
    )
    words = ("run", "--bundle-manifest", manifest)
    alone = project.aetherflow(*words, "--allow-stale-bundle")
    assert (alone.exit_code, alone.stderr.splitlines()[0]) == (2, f"error[AF-E403]: {lacks}")
    assert project.aetherflow(*words, FILES_SECRET=PASSWORD).exit_code == 0
    stopped = project.aetherflow(*words)
    assert (stopped.exit_code, stopped.stderr.splitlines()[0]) == (2, f"error[AF-E403]: {lacks}")
    assert re.search(
        r"\n +\| *\n +\= set the variable, or write a default into the template: {{env.NAME:DEFAULT}}\n"
        r" +\= note: there is a copy of [\w ]+ ago: `--allow-stale-bundle` uses it\n",
        stopped.stderr,
    )
    served = project.aetherflow(*words, "--allow-stale-bundle", "--json")
    assert served.exit_code == 0
    (warning,) = served.json["diagnostics"]
    assert (warning["code"], warning["line"]) == ("AF-B214", 11)
    assert warning["message"].endswith(f" ago: {lacks}")


def test_a_wrong_password_is_one_finding_at_the_location(sftp: SftpServer, manifest: Path, project: Project) -> None:
    failed = project.aetherflow("run", "--bundle-manifest", manifest, FILES_SECRET="battery-staple")
    location = f"sftp://127.0.0.1:{sftp.port}/orders"
    assert failed.exit_code == 2
    assert failed.stderr == (
        f'error[AF-B196]: remote folder "{location}": '
        "it lets nobody in with these credentials: Authentication failed.\n"
        " --> ops/manifest.yaml:5:36\n"
        "  |\n"
        f'5 |   source: {{type: remote, location: "{location}", resource: files}}\n'
        f"  |                                    {'^' * (len(location) + 2)}\n"
        "  |\n"
        '  = look at the resource "files" of the manifest\n'
        "\n"
        "1 error\n"
    )
    assert b"battery-staple" not in everything_written(project)


def test_a_server_that_is_gone_leaves_the_bundle_that_is_here(
    sftp: SftpServer, manifest: Path, project: Project
) -> None:
    project.aetherflow("bundle", "sync", "--bundle-manifest", manifest, FILES_SECRET=PASSWORD)
    sftp.close()
    ran = project.aetherflow("run", "--allow-stale-bundle", "--bundle-manifest", manifest, FILES_SECRET=PASSWORD)
    assert ran.exit_code == 0, ran.stderr
    assert "AF-B214" in ran.stderr
