"""`bundle sync`, `status` and `verify` as people and programs run them."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.bundles.shelf import change
from tests.support.project import COMMAND, Outcome, Project

MANIFEST = """
version: 1
bundle:
  id: orders
  source: {type: filesystem, location: ./source}
  entry_flow: flows/main.yaml
"""


@pytest.fixture
def project(project: Project) -> Project:
    project.write("manifest.yaml", MANIFEST)
    project.write("source/flows/main.yaml", "flow: {id: orders}\n")
    project.write("source/profiles.yaml", "{}\n")
    return project


def bundle(project: Project, *words: str) -> Outcome:
    return project.aetherflow("bundle", *words, "--bundle-manifest", "manifest.yaml")


def root_of(project: Project) -> Path:
    return Path(bundle(project, "sync", "--print-local-root").stdout.strip())


def test_sync_says_what_it_did_and_what_is_active(project: Project) -> None:
    outcome = bundle(project, "sync")
    assert outcome.exit_code == 0
    first, revision, digest, root = outcome.stdout.splitlines()
    assert first == "orders: fetched (2 files)"
    assert revision.split()[0] == "revision"
    assert digest.split()[1].startswith("sha256:")
    assert root.split()[1] == str(root_of(project))
    assert bundle(project, "sync").stdout.startswith("orders: up to date (2 files)\n")


def test_a_terminal_shows_that_a_sync_lasts(project: Project) -> None:
    git = project.write("bin/git", "#!/bin/sh\nsleep 1\nexit 1\n")
    git.chmod(0o755)
    project.write("source/.git/HEAD", "ref: refs/heads/main\n")
    project.write("manifest.yaml", MANIFEST.replace("type: filesystem", "type: git"))
    leader, follower = os.openpty()
    sync = subprocess.run(
        [COMMAND, "bundle", "sync", "--bundle-manifest", "manifest.yaml"],
        cwd=project.root,
        env={**project.env, "PATH": f"{git.parent}:{os.environ['PATH']}", "TERM": "xterm-256color"},
        stdout=subprocess.PIPE,
        stderr=follower,
    )
    os.close(follower)
    written = os.read(leader, 65536).decode()
    os.close(leader)
    assert (sync.returncode, sync.stdout) == (2, b"")
    assert "  fetching · 0." in written


def test_print_local_root_writes_the_folder_and_nothing_else(project: Project) -> None:
    outcome = bundle(project, "sync", "--print-local-root")
    assert outcome.stdout.count("\n") == 1
    assert (Path(outcome.stdout.rstrip("\n")) / "flows/main.yaml").read_text() == "flow: {id: orders}\n"
    assert outcome.stderr == ""


def test_status_names_links_that_were_left_out(project: Project) -> None:
    (project.root / "source/.#main.yaml").symlink_to("ada@host.1234")
    root_of(project)
    assert "\n  links left out  .#main.yaml\n" in bundle(project, "status").stdout


def test_who_is_quiet_tells_errors_only(project: Project) -> None:
    root = root_of(project)
    assert bundle(project, "sync", "--quiet", "--print-local-root").stdout == f"{root}\n"
    (project.root / "source").rename(project.root / "away")
    for words in (("sync", "-q", "--allow-stale-bundle"), ("verify", "-q")):
        outcome = bundle(project, *words)
        assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (0, "", "")
    change(root / "profiles.yaml", "other: {}\n")
    assert bundle(project, "verify", "-q").stdout.startswith("error[AF-B220]")
    assert bundle(project, "sync", "-q").stderr.startswith("error[AF-B184]")


def test_print_local_root_and_json_exclude_each_other(project: Project) -> None:
    outcome = bundle(project, "sync", "--print-local-root", "--json")
    assert outcome.exit_code == 2
    assert outcome.stderr.startswith("error: --print-local-root and --json exclude each other\n")


def test_sync_as_json(project: Project) -> None:
    first, second = bundle(project, "sync", "--json").json, bundle(project, "sync", "--json").json
    assert list(first) == [
        *("id", "type", "source", "revision", "detail", "digest", "local_root", "files", "fetched_at", "current_at"),
        *("age_seconds", "fetched", "is_stale", "stale_reason", "diagnostics"),
    ]
    assert (first["id"], first["type"], first["source"], first["files"]) == ("orders", "filesystem", "./source", 2)
    assert (first["fetched"], second["fetched"]) == (True, False)
    assert (first["is_stale"], first["stale_reason"], first["diagnostics"]) == (False, None, [])
    assert first["local_root"] == str(root_of(project))
    assert first["fetched_at"] == second["fetched_at"]


def test_status_before_the_first_sync_says_so(project: Project) -> None:
    outcome = bundle(project, "status")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr.startswith('error[AF-B215]: the bundle "orders" was never fetched from "./source"\n')
    assert "manifest.yaml:4:40" in outcome.stderr
    assert not (project.root / "state").exists()


@pytest.mark.parametrize("verb", ["status", "verify"])
def test_a_bundle_that_is_gone_from_the_cache_is_not_said_to_be_one_that_never_was_there(
    project: Project, verb: str
) -> None:
    root = root_of(project)
    root.rename(project.root / "elsewhere")
    outcome = bundle(project, verb)
    assert (outcome.exit_code, outcome.stderr.splitlines()[0]) == (
        2,
        'error[AF-B215]: the bundle "orders" was fetched, and is gone from the cache "state/bundles/orders"'
        " or illegible there",
    )


@pytest.mark.parametrize("verb", ["status", "verify"])
def test_a_cache_that_cannot_be_read_is_told(project: Project, verb: str) -> None:
    active = root_of(project).parent.parent / "active"
    active.rename(active.with_name("before"))
    active.symlink_to("active")  # whoever is root may read whatever else there is
    outcome = bundle(project, verb)
    assert (outcome.exit_code, outcome.stderr) == (
        2,
        'error[AF-B210]: the cache of bundles "state/bundles/orders" cannot be read: '
        "too many levels of symbolic links\n"
        "  = give the user who runs aetherflow the right to read it, or set AETHERFLOW_STATE_ROOT\n\n1 error\n",
    )


def test_status_asks_no_source(project: Project) -> None:
    root = root_of(project)
    (project.root / "source").rename(project.root / "away")
    outcome = bundle(project, "status")
    assert outcome.exit_code == 0
    rows = dict(line.strip().split(None, 1) for line in outcome.stdout.splitlines()[1:])
    assert outcome.stdout.startswith("orders (2 files)\n")
    assert rows["source"] == "filesystem ./source"
    assert rows["root"] == str(root)
    assert rows["verified"] == "no: `aetherflow bundle verify` hashes every file"
    assert rows["current"].endswith("ago")
    assert bundle(project, "status", "--json").json["local_root"] == str(root)


def test_verify_finds_nothing_wrong_with_what_was_fetched(project: Project) -> None:
    root_of(project)
    outcome = bundle(project, "verify")
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith("orders: ok (2 files, sha256:")
    assert bundle(project, "verify", "--json").json["ok"] is True


def test_verify_names_what_was_changed_and_exits_with_3(project: Project) -> None:
    change(root_of(project) / "profiles.yaml", "changed: true\n")
    outcome = bundle(project, "verify")
    assert outcome.exit_code == 3
    assert outcome.stdout == (
        'error[AF-B220]: "profiles.yaml" of the bundle "orders" has changed since it was fetched\n'
        "  = `aetherflow bundle sync` fetches the bundle anew\n\n1 error\n"
    )
    as_json = bundle(project, "verify", "--json")
    assert as_json.exit_code == 3
    assert as_json.json["ok"] is False
    assert [finding["code"] for finding in as_json.json["diagnostics"]] == ["AF-B220"]
    assert bundle(project, "verify", "--format", "github").stdout.startswith("::error::AF-B220: ")


def test_verify_of_what_was_never_fetched_exits_with_2(project: Project) -> None:
    assert bundle(project, "verify").exit_code == 2


def test_sync_puts_back_what_was_changed_and_warns(project: Project) -> None:
    change(root_of(project) / "profiles.yaml", "changed: true\n")
    outcome = bundle(project, "sync")
    assert outcome.exit_code == 0
    assert outcome.stderr.startswith("warning[AF-B220]: ")
    assert outcome.stdout.startswith("orders: fetched")
    assert bundle(project, "verify").exit_code == 0


def test_a_source_that_is_away_stops_a_sync_unless_a_stale_bundle_is_allowed(project: Project) -> None:
    root = root_of(project)
    (project.root / "source").rename(project.root / "away")
    stopped = bundle(project, "sync")
    assert (stopped.exit_code, stopped.stdout) == (2, "")
    assert "`--allow-stale-bundle` uses it" in stopped.stderr
    allowed = bundle(project, "sync", "--allow-stale-bundle")
    assert allowed.exit_code == 0
    assert allowed.stderr.startswith('warning[AF-B214]: the bundle "orders" is as its source was ')
    assert allowed.stdout.startswith("orders: stale (2 files)\n")
    as_json = bundle(project, "sync", "--allow-stale-bundle", "--json").json
    assert (as_json["is_stale"], as_json["local_root"]) == (True, str(root))
    assert [finding["severity"] for finding in as_json["diagnostics"]] == ["warning"]


def test_a_bundle_without_its_entry_flow_does_not_become_active(project: Project) -> None:
    root = root_of(project)
    (project.root / "source/flows/main.yaml").rename(project.root / "source/flows/mian.yaml")
    outcome = bundle(project, "sync")
    assert outcome.exit_code == 2
    assert outcome.stderr.startswith('error[AF-B218]: "flows/main.yaml" is not in the bundle\n')
    assert "manifest.yaml:5:15" in outcome.stderr
    assert bundle(project, "status", "--json").json["local_root"] == str(root)


def test_failures_have_the_form_of_findings_as_json(project: Project) -> None:
    outcome = bundle(project, "status", "--json")
    assert outcome.exit_code == 2
    assert [finding["code"] for finding in json.loads(outcome.stdout)["diagnostics"]] == ["AF-B215"]


@pytest.mark.parametrize("verb", ["sync", "status", "verify"])
def test_a_manifest_is_needed(project: Project, verb: str) -> None:
    outcome = project.aetherflow("bundle", verb)
    assert outcome.exit_code == 2
    assert outcome.stderr.startswith("error: --bundle-manifest FILE is missing\n")


@pytest.mark.parametrize("words", [("bundle", "sync"), ("run",), ("plugins", "list")])
def test_a_manifest_that_an_unset_variable_should_have_named_is_told(project: Project, words: tuple[str, ...]) -> None:
    outcome = project.aetherflow(*words, "--bundle-manifest", "")
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (
        2,
        "",
        "error: --bundle-manifest names no file: it is empty\n"
        "  = see whether a variable in the command is set; without the option there is no manifest\n",
    )


@pytest.mark.parametrize("verb", ["sync", "status", "verify"])
def test_a_manifest_without_a_bundle_is_told(project: Project, verb: str) -> None:
    project.write("manifest.yaml", "version: 1\n")
    outcome = bundle(project, verb)
    assert outcome.exit_code == 2
    assert outcome.stderr.startswith('error[AF-B115]: the manifest "manifest.yaml" names no bundle\n')


def test_a_broken_plugins_file_in_the_current_folder_is_no_affair_of_bundles(project: Project) -> None:
    project.write("plugins.yaml", "]")
    assert bundle(project, "sync").exit_code == 0


def with_token(project: Project, *words: str) -> Outcome:
    return project.aetherflow("bundle", *words, "--bundle-manifest", "manifest.yaml", API_TOKEN="hunter2hunter2")


def test_secrets_of_the_environment_are_masked_in_what_is_told(project: Project) -> None:
    project.write("manifest.yaml", MANIFEST.replace("./source", "'./{{env.API_TOKEN}}'"))
    failed = with_token(project, "sync")
    assert failed.exit_code == 2
    (project.root / "source").rename(project.root / "hunter2hunter2")
    told = [failed, *(with_token(project, *words) for words in (["sync"], ["status"], ["verify", "--json"]))]
    assert [outcome.exit_code for outcome in told] == [2, 0, 0, 0]
    assert not any("hunter2" in outcome.stdout + outcome.stderr for outcome in told)
    cache = project.root / "state/bundles/orders"
    assert not any(b"hunter2" in path.read_bytes() for path in cache.rglob("*.json"))
