"""`aetherflow plugins sync` as people and CI use it."""

import json
import os
from pathlib import Path

import pytest

from tests.plugin_lock.plugins import MANIFEST, STEP, write
from tests.support.project import Project

FLOW = """
    version: 1
    flow: {id: orders}
    jobs:
      - id: load
        steps:
          - {id: load, type: load_orders}
"""
#: A plugin that would be noticed if it ran.
ALIVE = "from pathlib import Path\nPath('it_ran').touch()\n" + STEP.format("load_orders")
PATHS = ("--plugin-path", "plugins/orders", "--plugin-path", "plugins/payments")
OPTIONS = " ".join(PATHS)
LOCK = "aetherflow.plugins.lock"


@pytest.fixture
def plugins(project: Project) -> Project:
    """Give a project with two plugins."""
    write(
        project.root / "plugins",
        {
            "orders/steps.py": ALIVE,
            "orders/rates.csv": "a,1\n",
            "payments/aetherflow-plugin.yaml": MANIFEST.format(name="payments", version="2.1", permissions="['env:*']"),
            "payments/pay.py": STEP.format("pay"),
        },
    )
    return project


@pytest.fixture
def synced(plugins: Project) -> Project:
    """Give the project with its lock."""
    outcome = plugins.aetherflow("plugins", "sync", *PATHS)
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    return plugins


def test_sync_writes_the_lock_and_runs_no_plugin(plugins: Project) -> None:
    outcome = plugins.aetherflow("plugins", "sync", *PATHS)
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (
        0,
        "wrote aetherflow.plugins.lock (2 plugins, 4 files)\n",
        "",
    )
    lock = json.loads(plugins.read(LOCK))
    assert [(each["name"], each["version"], each["load_order"]) for each in lock["plugins"]] == [
        ("orders", "0", 1),
        ("payments", "2.1", 2),
    ]
    assert not (plugins.root / "it_ran").exists()
    assert (plugins.root / "state/plugin-index.json").exists()


def test_a_second_sync_finds_it_up_to_date(synced: Project) -> None:
    outcome = synced.aetherflow("plugins", "sync", *PATHS)
    assert outcome.stdout == "aetherflow.plugins.lock is up to date (2 plugins, 4 files)\n"


def test_sync_says_what_is_new_in_the_lock(synced: Project) -> None:
    write(synced.root, {"plugins/payments/pay.py": ""})
    outcome = synced.aetherflow("plugins", "sync", "--plugin-path", "plugins/payments")
    assert (outcome.exit_code, outcome.stdout) == (
        0,
        "wrote aetherflow.plugins.lock (1 plugin, 2 files)\n"
        "differences to what the lock said before:\n"
        '  "pay.py" of the plugin "payments" has changed since it was locked\n'
        '  the plugin "orders" is taken out of the lock: it is not among the plugins that may load\n',
    )


def test_sync_without_the_options_leaves_a_lock_of_plugins_as_it_is(synced: Project) -> None:
    before = synced.read(LOCK)
    outcome = synced.aetherflow("plugins", "sync")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert (
        outcome.stderr
        == """\
error[AF-P408]: the lock names 2 plugins, and none is found: aetherflow.plugins.lock is left as it is
  = give the options that name the plugins (--plugin-path, --bundle-manifest), or --allow-empty
  = note: it names "orders", "payments"

1 error
"""
    )
    assert synced.read(LOCK) == before


def test_sync_empties_a_lock_where_that_is_said_and_tells_what_goes(synced: Project) -> None:
    outcome = synced.aetherflow("plugins", "sync", "--allow-empty")
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (
        0,
        "wrote aetherflow.plugins.lock (0 plugins, 0 files)\n"
        "differences to what the lock said before:\n"
        '  the plugin "orders" is taken out of the lock: it is not among the plugins that may load\n'
        '  the plugin "payments" is taken out of the lock: it is not among the plugins that may load\n',
        "",
    )


def test_check_says_in_a_line_that_all_agree_and_writes_nothing(synced: Project) -> None:
    before = {path: path.stat().st_mtime_ns for path in synced.root.rglob("*")}
    outcome = synced.aetherflow("plugins", "sync", "--check", *PATHS)
    assert (outcome.exit_code, outcome.stdout) == (0, "aetherflow.plugins.lock: ok (2 plugins, 4 files)\n")
    assert {path: path.stat().st_mtime_ns for path in synced.root.rglob("*")} == before


def test_check_names_plugin_and_file_of_every_difference(synced: Project) -> None:
    write(synced.root / "plugins", {"orders/steps.py": "", "orders/new.sql": ""})
    (synced.root / "plugins/orders/rates.csv").unlink()
    outcome = synced.aetherflow("plugins", "sync", "--check", "--plugin-path", "plugins/orders")
    assert (outcome.exit_code, outcome.stderr) == (3, "")
    assert (
        outcome.stdout
        == """\
error[AF-P402]: "rates.csv" of the plugin "orders" is gone
  --> aetherflow.plugins.lock:10:22
   |
10 |         "rates.csv": "sha256:a763c2b572d8bdf96960a1511f6928ec35879ec98363a3e14e3c75ca1cbc8994",
   |                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ locked
   |
   = where that is wanted, write it down: `aetherflow plugins sync --plugin-path plugins/orders`

error[AF-P404]: the plugin "payments" is in the lock, and not among the plugins that may load
  --> aetherflow.plugins.lock:18:15
   |
18 |       "name": "payments",
   |               ^^^^^^^^^^ locked
   |
   = give it back, or write down that it is gone: `aetherflow plugins sync --plugin-path plugins/orders`

error[AF-P402]: "new.sql" of the plugin "orders" is new: it is not in the lock
 --> plugins/orders/new.sql:1:1
  = where that is wanted, write it down: `aetherflow plugins sync --plugin-path plugins/orders`

error[AF-P402]: "steps.py" of the plugin "orders" has changed since it was locked
 --> plugins/orders/steps.py:1:1
  = where that is wanted, write it down: `aetherflow plugins sync --plugin-path plugins/orders`

4 errors
"""
    )


def test_a_file_that_changed_within_the_same_size_and_time_is_found(synced: Project) -> None:
    path = synced.root / "plugins/orders/rates.csv"
    before = path.stat()
    path.write_text("a,2\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert synced.aetherflow("plugins", "sync", "--check", *PATHS).exit_code == 3


def test_check_gives_json_with_the_plugin_of_each_finding(synced: Project) -> None:
    write(synced.root / "plugins", {"orders/steps.py": ""})
    outcome = synced.aetherflow("plugins", "sync", "--check", "--json", *PATHS)
    assert outcome.exit_code == 3
    (finding,) = outcome.json["diagnostics"]
    assert (outcome.json["ok"], outcome.json["written"], outcome.json["lock"]) == (
        False,
        False,
        f"{synced.root}/{LOCK}",
    )
    assert (finding["plugin"], finding["code"], finding["file"]) == ("orders", "AF-P402", "plugins/orders/steps.py")
    assert [each["name"] for each in outcome.json["plugins"]] == ["orders", "payments"]


def test_check_annotates_in_github_with_paths_of_the_repository(synced: Project) -> None:
    write(synced.root / "plugins", {"orders/steps.py": ""})
    outcome = synced.aetherflow("plugins", "sync", "--check", "--format", "github", *PATHS)
    assert outcome.stdout.startswith("::error file=plugins/orders/steps.py,line=1,col=1::AF-P402: ")


def test_check_gives_sarif(synced: Project) -> None:
    outcome = synced.aetherflow("plugins", "sync", "--check", "--format", "sarif", *PATHS)
    assert (outcome.exit_code, outcome.json["runs"][0]["results"]) == (0, [])


def test_check_without_a_lock_is_code_2_and_says_how_to_write_one(plugins: Project) -> None:
    outcome = plugins.aetherflow("plugins", "sync", "--check", *PATHS)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr == (
        f'error[AF-P406]: there is no lock of plugins to check: no aetherflow.plugins.lock in "{plugins.root}"\n'
        f"  = write one: `aetherflow plugins sync {OPTIONS}`\n\n1 error\n"
    )


def test_check_of_a_broken_lock_shows_the_place_and_sync_writes_it_anew(synced: Project) -> None:
    good = synced.read(LOCK)
    synced.write(LOCK, good.replace('  "plugins"', '<<<<<<< HEAD\n  "plugins"'))
    outcome = synced.aetherflow("plugins", "sync", "--check", *PATHS)
    assert (outcome.exit_code, outcome.stdout) == (3, "")
    assert (
        outcome.stderr
        == f"""\
error[AF-P403]: the lock of plugins cannot be used: it is no JSON: object keys must be strings
 --> aetherflow.plugins.lock:3:1
  |
3 | <<<<<<< HEAD
  | ^
  |
  = take it back to what it was, or write it anew: `aetherflow plugins sync {OPTIONS}`

1 error
"""
    )
    assert synced.aetherflow("plugins", "sync", *PATHS).exit_code == 0
    assert synced.read(LOCK) == good


def test_a_path_that_leads_nowhere_writes_no_lock(plugins: Project) -> None:
    outcome = plugins.aetherflow("plugins", "sync", *PATHS, "--plugin-path", "plugins/order")
    assert outcome.exit_code == 2
    assert "AF-P102" in outcome.stderr
    assert not (plugins.root / LOCK).exists()


def test_a_plugin_that_may_not_load_is_shown_and_the_others_are_locked(plugins: Project) -> None:
    plugins.write("plugins/payments/aetherflow-plugin.yaml", "name: payments\nrequires: [warehouse]\n")
    outcome = plugins.aetherflow("plugins", "sync", *PATHS)
    assert outcome.exit_code == 3
    assert "error[AF-P303]" in outcome.stdout
    assert outcome.stdout.endswith("wrote aetherflow.plugins.lock (1 plugin, 2 files)\n")
    assert [each["name"] for each in json.loads(plugins.read(LOCK))["plugins"]] == ["orders"]


def test_a_folder_that_cannot_be_written_is_code_2(plugins: Project) -> None:
    (plugins.root / LOCK).mkdir()
    outcome = plugins.aetherflow("plugins", "sync", *PATHS)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr.startswith(
        'error[AF-P405]: the lock of plugins "aetherflow.plugins.lock" cannot be written: it is not a regular file\n'
    )


def manifest(project: Project, mode: str) -> tuple[str, str]:
    """Write an operator's manifest that trusts one folder, and give the option that names it."""
    project.write("operator/manifest.yaml", f"version: 1\nmode: {mode}\npaths: {{plugins: [../plugins/orders]}}\n")
    return "--bundle-manifest", "operator/manifest.yaml"


def test_the_lock_stands_beside_the_manifest_whatever_it_said_before(plugins: Project) -> None:
    named = manifest(plugins, "enterprise")
    for text in (ALIVE, STEP.format("load_orders")):
        write(plugins.root, {"plugins/orders/steps.py": text})
        outcome = plugins.aetherflow("plugins", "sync", *named)
        assert outcome.exit_code == 0, outcome.stderr
        assert outcome.stdout.startswith("wrote operator/aetherflow.plugins.lock (1 plugin, 2 files)\n")
    (plugin,) = json.loads(plugins.read(f"operator/{LOCK}"))["plugins"]
    assert (plugin["name"], plugin["origin"]) == ("orders", "manifest")
    assert plugins.aetherflow("plugins", "sync", "--check", *named).exit_code == 0


def test_refused_origins_are_told(plugins: Project) -> None:
    outcome = plugins.aetherflow("plugins", "sync", *PATHS, AETHERFLOW_MODE="enterprise")
    assert (outcome.exit_code, outcome.stdout) == (0, "wrote aetherflow.plugins.lock (0 plugins, 0 files)\n")
    assert outcome.stderr == (
        f"2 origins are refused in enterprise mode: `aetherflow plugins list --verbose {OPTIONS}` says why\n"
    )


def test_enterprise_runs_what_is_locked_and_refuses_what_differs(plugins: Project) -> None:
    flow, named = plugins.write("flow.yaml", FLOW), manifest(plugins, "enterprise")
    plugins.aetherflow("plugins", "sync", *named)
    assert plugins.aetherflow("run", flow, *named).exit_code == 0
    (plugins.root / "it_ran").unlink()
    write(plugins.root, {"plugins/orders/rates.csv": "a,2\n"})
    outcome = plugins.aetherflow("run", flow, *named)
    assert outcome.exit_code == 3
    assert (
        'error[AF-P402]: the plugin "orders" differs from "operator/aetherflow.plugins.lock": "rates.csv"\n'
        in outcome.stderr
    )
    assert not (plugins.root / "it_ran").exists()


def test_internal_fast_warns_of_what_differs_and_runs_it(synced: Project) -> None:
    flow = synced.write("flow.yaml", FLOW)
    write(synced.root, {"plugins/orders/rates.csv": "a,2\n"})
    outcome = synced.aetherflow("run", flow, *PATHS)
    assert outcome.exit_code == 0
    assert 'warning: AF-P402: the plugin "orders" differs from "aetherflow.plugins.lock": "rates.csv"' in outcome.stderr


@pytest.mark.parametrize("mode", ["enterprise", "internal_fast"])
def test_nothing_runs_past_a_lock_that_cannot_be_used(plugins: Project, mode: str) -> None:
    flow, named = plugins.write("flow.yaml", FLOW), manifest(plugins, mode)
    plugins.write(f"operator/{LOCK}", "{")
    outcome = plugins.aetherflow("run", flow, *named, AETHERFLOW_PLUGIN_STRICT="false")
    assert outcome.exit_code == 3
    assert "error[AF-P403]" in outcome.stderr
    assert not (plugins.root / "it_ran").exists()


def test_two_machines_write_the_same_lock(tmp_path: Path) -> None:
    locks = []
    for place in ("one", "another/place"):
        project = Project(tmp_path / place)
        write(project.root / "plugins", {"orders/steps.py": ALIVE, "b/orders/x.py": "", "c/orders/x.py": ""})
        paths = [word for path in ("orders", "b/orders", "c/orders") for word in ("--plugin-path", f"plugins/{path}")]
        outcome = project.aetherflow("plugins", "sync", *paths, LC_ALL="C")
        assert outcome.exit_code == 0, outcome.stderr
        locks.append(project.read(LOCK))
    assert locks[0] == locks[1]
    assert str(tmp_path) not in locks[0]
