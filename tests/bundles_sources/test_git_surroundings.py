"""What git finds around it: no location, variable or configuration makes it run what nobody asked for."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aetherflow.core.bundles.values import Fetched
from aetherflow.core.processes.group import all_processes
from tests.bundles_sources.fetching import Sources, shown, web_resource
from tests.bundles_sources.repositories import Repository
from tests.bundles_sources.servers import silent_server

LOCATION_HINT = "write a URL (https, ssh, git, http, file), host:path as ssh has it, or the path of a folder"


@pytest.fixture
def commit(repository: Repository) -> str:
    """Give the commit of a repository."""
    return repository.commit(flow_yaml="flow: 1\n")


@pytest.fixture
def witness(sources: Sources) -> Path:
    """Give a file that hostile commands would make."""
    return sources.folder / "witness"


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        ("ext::sh -c touch% {witness}", 'the transport "ext::" is not allowed'),
        ("fd::7", 'the transport "fd::" is not allowed'),
        ("ext://sh -c touch", 'the transport "ext://" is not allowed'),
        ("ftp://host/x", 'the transport "ftp://" is not allowed'),
        ("-oProxyCommand=touch% witness:x", 'the name of a host cannot begin with "-"'),
        ("ssh://-oProxyCommand=touch {witness}/x", "the location names no host"),
        ("ssh://-x@host/x", "the location names no host"),
        ("https:///x", "the location names no host"),
        ("https://host:port/x", "the location is no valid URL"),
        ("https://[::1/x", "the location is no valid URL"),
        ("https://host/x\nHost: other", "the location is empty, or has control characters in it"),
        ("", "the location is empty, or has control characters in it"),
    ],
)
def test_a_location_that_could_run_something_is_refused(
    sources: Sources, witness: Path, location: str, problem: str
) -> None:
    source = sources.git(location.format(witness=witness))
    finding = sources.failure(source)
    assert finding.message.endswith(f'": {problem}')
    assert (finding.code, finding.hint) == ("AF-B171", LOCATION_HINT)
    assert not witness.exists()


def test_a_folder_that_looks_like_an_option_is_a_folder(sources: Sources, commit: str, witness: Path) -> None:
    name = f"--upload-pack=touch {witness.name}"
    (sources.folder / "repo").rename(sources.folder / name)
    assert sources.fetch(sources.git(name)).revision == f"commit:{commit}"
    assert not witness.exists()


def test_a_url_of_a_file_is_a_repository(sources: Sources, commit: str) -> None:
    (sources.folder / "repo").rename(sources.folder / "a repo")
    assert sources.fetch(sources.git(f"file://{sources.folder}/a repo")).revision == f"commit:{commit}"


def test_a_folder_that_is_not_there_is_a_finding_with_the_one_that_is_meant(sources: Sources, commit: str) -> None:
    assert shown(sources.failure(sources.git("./rpeo"))) == (
        'AF-B172: git repository "./rpeo": it does not exist\n  = did you mean "./repo"?'
    )
    assert shown(sources.failure(sources.git("elsewhere/x"))) == (
        f'AF-B172: git repository "elsewhere/x": it does not exist\n'
        f"  = it was looked for at {sources.folder}/elsewhere/x"
    )


def test_a_folder_that_is_no_repository_is_a_finding(sources: Sources) -> None:
    assert shown(sources.failure(sources.git("home"))) == (
        'AF-B172: git repository "home": it is a folder without git\n'
        "  = write `type: filesystem` for its files as they are"
    )
    (sources.home / "HEAD").write_text("of something else")
    assert shown(sources.failure(sources.git("home"))).startswith(
        'AF-B172: git repository "home": there is no such repository, or we may not see it\n'
    )


def test_without_git_on_the_path_of_the_snapshot_there_is_a_finding(sources: Sources, commit: str) -> None:
    sources.environ["PATH"] = str(sources.home)
    assert shown(sources.failure(sources.git("repo"))) == (
        'AF-B170: git repository "repo": the program "git" is not installed, or not on PATH\n'
        "  = install it (`apt-get install git`, `dnf install git`, `brew install git`), or fetch an archive instead\n"
        f"  = PATH is {sources.home}"
    )


def test_a_git_that_cannot_be_started_is_a_finding(sources: Sources, commit: str) -> None:
    (sources.home / "git").write_text("#!/no/such/shell\n")
    (sources.home / "git").chmod(0o755)
    sources.environ["PATH"] = str(sources.home)
    finding = sources.failure(sources.git("repo"))
    assert finding.code == "AF-B170"
    assert 'git cannot be started: the interpreter "/no/such/shell" of the script' in finding.message


def test_the_repository_that_we_are_started_in_has_no_say(
    sources: Sources, commit: str, witness: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = Repository(sources.folder / "hostile")
    hostile.git("config", "url.ext::sh -c touch% witness .insteadOf", str(sources.folder))
    hostile.git("config", "core.fsmonitor", f"touch {witness}")
    hostile.git("config", "uploadpack.packObjectsHook", f"touch {witness}")
    monkeypatch.chdir(hostile.folder)
    sources.environ |= {
        "GIT_DIR": str(hostile.folder / ".git"),
        "GIT_WORK_TREE": str(hostile.folder),
        "GIT_INDEX_FILE": str(witness),
        "GIT_OBJECT_DIRECTORY": str(witness),
        "GIT_EXTERNAL_DIFF": f"touch {witness}",
        "GIT_CONFIG_PARAMETERS": "'core.bare=maybe'",
        "GIT_TRACE": str(witness),
        "GIT_NAMESPACE": "hostile",
        "GIT_TEMPLATE_DIR": str(hostile.folder),
    }
    assert sources.fetch(sources.git("repo")).revision == f"commit:{commit}"
    assert not witness.exists()


def test_the_configuration_of_the_repository_that_is_fetched_from_runs_nothing(
    sources: Sources, repository: Repository, commit: str, witness: Path
) -> None:
    for key in ("core.fsmonitor", "uploadpack.packObjectsHook", "core.sshCommand", "core.alternateRefsCommand"):
        repository.git("config", key, f"touch {witness}")
    repository.git("config", "include.path", str(sources.folder / "nothing"))
    assert sources.fetch(sources.git("repo")).revision == f"commit:{commit}"
    assert not witness.exists()


def test_rewriting_of_urls_by_the_user_holds_unless_it_runs_something(
    sources: Sources, commit: str, witness: Path
) -> None:
    config = sources.home / ".gitconfig"
    config.write_text(f'[url "{sources.folder}/"]\n insteadOf = https://git.example.com/\n')
    source = sources.git("https://git.example.com/repo")
    assert sources.fetch(source).revision == f"commit:{commit}"
    config.write_text(
        f'[url "ext::sh -c touch% {witness}% "]\n insteadOf = https://git.example.com/\n'
        '[protocol "ext"]\n allow = always\n'
    )
    assert "transport 'ext' not allowed" in shown(sources.failure(source))
    assert not witness.exists()


def test_no_other_habit_of_the_user_is_in_the_way(sources: Sources, repository: Repository, witness: Path) -> None:
    commit = repository.commit(flow_yaml="flow: 1\n")
    (sources.home / ".gitconfig").write_text(
        "[fetch]\n prune = true\n pruneTags = true\n fsckObjects = true\n recurseSubmodules = true\n"
        "[safe]\n bareRepository = explicit\n[color]\n ui = always\n remote = always\n"
        f"[alias]\n fetch = !touch {witness}\n[core]\n pager = touch {witness}\n sharedRepository = world\n"
        '[log]\n showSignature = true\n[protocol]\n version = 1\n[remote "origin"]\n url = https://host.invalid/x\n'
        "[transfer]\n unpackLimit = 1000\n[init]\n defaultBranch = refs/heads/odd\n"
    )
    for ref in (None, "main", commit, commit[:10]):
        sources.into.joinpath("flow.yaml").unlink(missing_ok=True)
        assert sources.fetch(sources.git("repo", ref)).revision == f"commit:{commit}"
    assert "\x1b" not in shown(sources.failure(sources.git("repo", "1" * 40)))
    assert not witness.exists()


def test_what_the_user_forbids_stays_forbidden(sources: Sources, commit: str) -> None:
    sources.environ["GIT_ALLOW_PROTOCOL"] = "https:ssh:ext"
    assert "transport 'file' not allowed" in shown(sources.failure(sources.git("repo")))


def test_settings_in_the_environment_hold_beside_ours(sources: Sources, commit: str) -> None:
    sources.environ |= {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{sources.folder}/.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://git.example.com/",
    }
    source = sources.git("https://git.example.com/repo", resource=web_resource(username="ada", password="secret-one"))
    assert sources.fetch(source).revision == f"commit:{commit}"


@pytest.mark.parametrize(
    ("variable", "configured", "expected"),
    [
        (None, None, ["-oBatchMode=yes"]),
        ("GIT_SSH_COMMAND", None, ["-i", "key"]),
        ("GIT_SSH", None, []),
        (None, "core.sshCommand", ["-i", "key"]),
    ],
)
def test_ssh_is_called_as_the_user_says_or_so_that_it_asks_nothing(
    sources: Sources, commit: str, variable: str | None, configured: str | None, expected: list[str]
) -> None:
    recorded = sources.folder / "recorded"
    ssh = sources.folder / "bin/ssh"
    ssh.parent.mkdir()
    ssh.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {recorded}\n'
        'for last in "$@"; do :; done\nunset GIT_DIR GIT_PROTOCOL\nexec sh -c "$last"\n'
    )
    ssh.chmod(0o755)
    sources.environ["PATH"] = f"{ssh.parent}:{os.environ['PATH']}"
    if variable:
        sources.environ[variable] = f"{ssh} -i key" if variable == "GIT_SSH_COMMAND" else str(ssh)
    if configured:
        (sources.home / ".gitconfig").write_text(f"[core]\n sshCommand = {ssh} -i key\n")
    fetched = sources.fetch(sources.git(f"git@git.example.com:{sources.folder}/repo"))
    arguments = recorded.read_text().splitlines()
    assert fetched.revision == f"commit:{commit}"
    assert arguments[: len(expected)] == expected
    assert arguments[-2:] == ["git@git.example.com", f"git-upload-pack '{sources.folder}/repo'"]
    assert ("-oBatchMode=yes" in arguments) is (expected == ["-oBatchMode=yes"])


def test_a_host_whose_key_ssh_does_not_know_is_a_finding(sources: Sources) -> None:
    ssh = sources.folder / "bin/ssh"
    ssh.parent.mkdir()
    ssh.write_text("#!/bin/sh\necho 'Host key verification failed.' >&2\nexit 255\n")
    ssh.chmod(0o755)
    sources.environ["PATH"] = f"{ssh.parent}:{os.environ['PATH']}"
    assert shown(sources.failure(sources.git("git@git.example.com:orders"))) == (
        'AF-B175: git repository "git@git.example.com:orders": ssh does not know its host\n'
        "  = compare the host's key, then add it: `ssh-keyscan HOST >> ~/.ssh/known_hosts`\n"
        "  = git says: Host key verification failed."
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_another_user_is_read_once_it_is_called_safe(
    sources: Sources, repository: Repository, commit: str
) -> None:
    for path in (repository.folder, *repository.folder.rglob("*")):
        os.chown(path, 65534, 65534)
    source = sources.git("repo")
    assert shown(sources.failure(source)) == (
        'AF-B179: git repository "repo": it belongs to another user\n'
        "  = if you trust it, say so: `git config --global --add safe.directory FOLDER`, "
        "with the folder that git names\n"
        f"  = git says: fatal: detected dubious ownership in repository at '{repository.folder}/.git'"
    )
    (sources.home / ".gitconfig").write_text(f"[safe]\n directory = {repository.folder}/.git\n")
    assert sources.fetch(source).revision == f"commit:{commit}"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"password": "one", "token": "two"}, "it has a password and a token"),
        ({"pasword": "one"}, 'nothing here knows its "pasword"'),
        ({"password": 5}, 'its "password" must be a text'),
        ({"password": "one\nhost=evil"}, "git takes no credentials with line breaks in them"),
    ],
)
def test_a_resource_that_git_cannot_use_is_a_finding(sources: Sources, config: dict[str, object], problem: str) -> None:
    finding = sources.failure(sources.git("https://git.example.com/x", resource=web_resource(**config)))
    assert (finding.code, finding.message) == (
        "AF-B189",
        f'git repository "https://git.example.com/x": the resource "git_server" cannot be used: {problem}',
    )


def test_a_resource_is_of_no_use_to_ssh(sources: Sources) -> None:
    assert shown(sources.failure(sources.git("git@git.example.com:x", resource=web_resource(password="secret")))) == (
        'AF-B189: git repository "git@git.example.com:x": the resource "git_server" cannot be used: '
        "only http and https take credentials from a resource\n"
        "  = take it out: git takes the keys of ssh from ssh itself"
    )


def test_credentials_are_not_shown_whatever_fails(sources: Sources) -> None:
    sources.environ["PATH"] = str(sources.home)
    finding = sources.failure(sources.git("https://ada:pa55word@git.example.com/x?token=abcdef"))
    assert finding.message.startswith('git repository "https://git.example.com/x?token=***": ')


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_git_too(sources: Sources, number: signal.Signals) -> None:
    script = (
        "import os, sys; from pathlib import Path; from aetherflow.core.bundles.values import *;"
        "from aetherflow.core.bundles.sources.git import GitFetcher;"
        "GitFetcher(os.environ).is_current(BundleSource(type='git', location=sys.argv[1], folder=Path('/')),"
        "Fetched(revision='commit:0'))"
    )
    marker = f"repository-{os.getpid()}-{number}"
    with silent_server() as port:
        command = (sys.executable, "-c", script, f"git://127.0.0.1:{port}/{marker}")
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, process_group=0) as child:
            _wait_for(lambda: len(_running(marker)) > 1)
            child.send_signal(number)
            assert child.wait(10) in (-number, 1)
        _wait_for(lambda: not _running(marker))


def test_a_fetched_that_was_none_of_ours_is_not_current(sources: Sources, commit: str) -> None:
    assert sources.is_current(sources.git("repo"), Fetched(revision="commit:")) is False


def _wait_for(happens: "object") -> None:
    assert callable(happens)
    for _ in range(500):
        if happens():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def _running(marker: str) -> list[int]:
    found = []
    for process in all_processes():
        try:
            command = Path(f"/proc/{process.pid}/cmdline").read_text()
        except OSError:
            continue
        if process.is_alive and marker in command:
            found.append(process.pid)
    return found
