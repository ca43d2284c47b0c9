"""Repositories that are reached by git's own protocol and by http: answers, refusals, silence."""

import os
import socket
import time
from pathlib import Path

import pytest

from aetherflow.core.bundles.values import Limits
from aetherflow.core.processes.group import all_processes
from tests.bundles_sources.fetching import Sources, shown, web_resource
from tests.bundles_sources.repositories import Repository
from tests.bundles_sources.servers import PASSWORD, USERNAME, git_daemon, silent_server, web_server

SIGN_IN = web_resource(username=USERNAME, password=PASSWORD)


@pytest.fixture
def commit(repository: Repository) -> str:
    """Give the second of three commits; the first is of no other branch."""
    commits = [repository.commit(flow_yaml=f"flow: {number}\n") for number in (1, 2, 3)]
    return commits[1]


def test_the_daemon_of_git_is_fetched_from(sources: Sources, commit: str) -> None:
    with git_daemon(sources.folder) as url:
        fetched = sources.fetch(sources.git(f"{url}/repo/.git", commit))
        assert sources.is_current(sources.git(f"{url}/repo/.git", "main"), fetched) is False
    assert sources.files() == {"flow.yaml": "flow: 2\n"}


def test_a_server_that_gives_out_no_single_commit_gives_its_history(sources: Sources, commit: str) -> None:
    (sources.home / ".gitconfig").write_text("[protocol]\n version = 0\n")
    with git_daemon(sources.folder) as url:
        assert sources.fetch(sources.git(f"{url}/repo/.git", commit)).revision == f"commit:{commit}"


def test_a_repository_that_is_not_there_is_a_finding(sources: Sources) -> None:
    with git_daemon(sources.folder) as url:
        assert shown(sources.failure(sources.git(f"{url}/nothing"))) == (
            f'AF-B172: git repository "{url}/nothing": there is no such repository, or we may not see it\n'
            "  = look for a typing error; many servers say this too where credentials are missing\n"
            "  = git says: fatal: remote error: access denied or repository not exported: /nothing"
        )
    with web_server(sources.folder) as server:
        finding = sources.failure(sources.git(f"{server.url}/nothing"))
        assert (finding.code, finding.notes) == (
            "AF-B172",
            (f"git says: fatal: repository '{server.url}/nothing/' not found",),
        )


def test_http_is_fetched_from(sources: Sources, commit: str) -> None:
    with web_server(sources.folder) as server:
        assert sources.fetch(sources.git(f"{server.url}/repo/.git", "main")).detail["ref"] == "refs/heads/main"
        assert set(server.authorizations) == {None}
    assert sources.files() == {"flow.yaml": "flow: 3\n"}


def test_a_resource_signs_in(sources: Sources, commit: str) -> None:
    with web_server(sources.folder, is_private=True) as server:
        sources.fetch(sources.git(f"{server.url}/repo/.git", resource=SIGN_IN))
    assert sources.files() == {"flow.yaml": "flow: 3\n"}


def test_credentials_of_the_url_sign_in_and_are_not_among_the_arguments(
    sources: Sources, commit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from urllib.parse import quote

    with web_server(sources.folder, is_private=True) as server:
        url = server.url.replace("//", f"//{USERNAME}:{quote(PASSWORD)}@")
        recorded = _recording_git(sources)
        sources.fetch(sources.git(f"{url}/repo/.git"))
    assert sources.files() == {"flow.yaml": "flow: 3\n"}
    arguments = recorded.read_text()
    assert f"{server.url}/repo/.git" in arguments
    assert "pa55" not in arguments


def test_the_users_own_helper_signs_in_but_never_learns_what_the_resource_says(sources: Sources, commit: str) -> None:
    witness = sources.folder / "stored"
    helper = sources.folder / "helper"
    helper.write_text(
        f'#!/bin/sh\necho "$1" >> {witness}\ncat >> {witness}\n'
        f"""test "$1" = get && printf 'username=%s\\npassword=%s\\n' '{USERNAME}' "pa55 word'\\$(touch x)%"\n"""
    )
    helper.chmod(0o755)
    (sources.home / ".gitconfig").write_text(f"[credential]\n helper = {helper}\n")
    with web_server(sources.folder, is_private=True) as server:
        sources.fetch(sources.git(f"{server.url}/repo/.git", resource=SIGN_IN))
        assert not witness.exists()
        (sources.into / "flow.yaml").unlink()
        sources.fetch(sources.git(f"{server.url}/repo/.git"))
        assert witness.read_text().startswith("get\n")


def test_credentials_do_not_follow_a_redirection_to_another_host(sources: Sources, commit: str) -> None:
    with web_server(sources.folder, is_private=True) as other, web_server(sources.folder, redirect=other.url) as server:
        assert sources.failure(sources.git(f"{server.url}/repo/.git", resource=SIGN_IN)).code == "AF-B175"
        assert set(other.authorizations) == {None}


@pytest.mark.parametrize("password", [None, "wrong-password"])
def test_a_server_that_does_not_let_us_in_is_a_finding_without_the_password(
    sources: Sources, commit: str, password: str | None
) -> None:
    resource = web_resource(username=USERNAME, password=password) if password else None
    with web_server(sources.folder, is_private=True) as server:
        text = shown(sources.failure(sources.git(f"{server.url}/repo/.git", resource=resource)))
    assert text.startswith(f'AF-B175: git repository "{server.url}/repo/.git": it does not let us in\n')
    said = "Authentication failed for" if password else "could not read Username for"
    assert f"git says: fatal: {said} " in text
    assert "wrong-password" not in text


def test_no_program_that_asks_is_started(sources: Sources, commit: str) -> None:
    witness = sources.folder / "asked"
    asking = sources.folder / "asking"
    asking.write_text(f"#!/bin/sh\ntouch {witness}\necho secret\n")
    asking.chmod(0o755)
    (sources.home / ".gitconfig").write_text(f"[core]\n askPass = {asking}\n")
    sources.environ |= {"SSH_ASKPASS": str(asking), "DISPLAY": ":0"}
    with web_server(sources.folder, is_private=True) as server:
        assert sources.failure(sources.git(f"{server.url}/repo/.git")).code == "AF-B175"
    assert not witness.exists()


@pytest.mark.parametrize("scheme", ["git", "http", "ssh"])
def test_a_server_that_never_answers_is_given_up_in_time_and_nothing_goes_on(sources: Sources, scheme: str) -> None:
    with silent_server() as port:
        started = time.monotonic()
        finding = sources.failure(sources.git(f"{scheme}://127.0.0.1:{port}/repo"), Limits(seconds=0.5))
        assert time.monotonic() - started < 5
    assert shown(finding) == (
        f'AF-B177: git repository "{scheme}://127.0.0.1:{port}/repo": it was not fetched within 0.5 seconds\n'
        "  = see whether it answers, and how much there is to fetch; the same command tries again"
    )
    left = [process.pid for process in all_processes() if process.is_alive]
    assert [pid for pid in left if str(port) in _command(pid)] == []


def test_a_server_that_breaks_off_is_a_finding(sources: Sources) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    finding = sources.failure(sources.git(f"http://127.0.0.1:{port}/repo"))
    assert (finding.code, finding.message) == (
        "AF-B176",
        f'git repository "http://127.0.0.1:{port}/repo": it cannot be reached',
    )


@pytest.mark.parametrize("location", ["https://host.invalid/x", "git://host.invalid/x", "git@host.invalid:x"])
def test_a_host_that_nobody_knows_is_a_finding(sources: Sources, location: str) -> None:
    finding = sources.failure(sources.git(location))
    assert (finding.code, finding.message) == (
        "AF-B176",
        f'git repository "{location.replace("git@", "git@")}": its host is not known',
    )
    assert "host.invalid" in finding.notes[0]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def _recording_git(sources: Sources) -> Path:
    """Put a git on PATH that writes down its arguments; gives the file."""
    recorded = sources.folder / "arguments"
    folder = sources.folder / "bin"
    folder.mkdir()
    (folder / "git").write_text(f'#!/bin/sh\necho "$@" >> {recorded}\nPATH={os.environ["PATH"]} exec git "$@"\n')
    (folder / "git").chmod(0o755)
    sources.environ["PATH"] = f"{folder}:{os.environ['PATH']}"
    return recorded
