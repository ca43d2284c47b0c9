"""`aetherflow dev plugin-test` as its user meets it: forms, exit codes, baselines, own tests, signals."""

import json
import re
import shutil
import signal
import stat
import time
from pathlib import Path

import pytest

from tests.plugin_testing.tested import Author
from tests.support.project import REPOSITORY, Project, descendants, kill_tree

EXAMPLES = REPOSITORY / "plugins_example"
STEP = """
@register_step("shop.sell")
class Sell(Step):
    "Sells."
    input_schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    output_schema = {"type": "object"}

    def run(self, ctx, inputs):
        return {"sold": inputs["name"]}
"""
BROKEN = STEP.replace('inputs["name"]}', 'inputs["nmae"]}')


def shown(text: str) -> str:
    """Take times and sizes out of what was printed."""
    return re.sub(r" +no baseline", "  no baseline", re.sub(r"\d+\.\d+ (ms|MB|s)", r"N \1", text))


def test_the_table_says_what_was_tried_measured_and_counted(shop: Author) -> None:
    shop.plugin(STEP)
    outcome = shop.run("shop")
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert shown(outcome.stdout) == (
        "plugin shop 0 (shop)\n"
        "\n"
        "  passed   plugin          doctor, import\n"
        "  passed   step shop.sell  call, schema, result size, repeat, timeout, cancel, secret, left behind\n"
        "  not run  plugin          own tests: there is no folder `tests`\n"
        "\n"
        "  measured  plugin          import   N ms  no baseline\n"
        "  measured  step shop.sell  latency  N ms  no baseline\n"
        "  measured  plugin          memory   N MB  no baseline\n"
        "\n"
        "10 passed, 1 not run in N s\n"
    )


def test_a_failure_is_shown_with_its_line_and_what_to_do(shop: Author) -> None:
    shop.plugin(BROKEN)
    outcome = shop.run("shop")
    assert outcome.exit_code == 3
    path = shop.project.root / "shop/main.py"
    line = 1 + path.read_text().splitlines().index('        return {"sold": inputs["nmae"]}')
    error = f"KeyError: 'nmae' (shop/main.py:{line})"
    assert f'  failed   step shop.sell  call: fails with the inputs {{"name":"text"}}: {error}\n' in outcome.stdout
    assert outcome.stdout.partition("error[")[2].partition("\n\n1 failed")[0] == (
        f'AF-P901]: step shop.sell: call: fails with the inputs {{"name":"text"}}: {error}\n'
        " --> shop/main.py:7:1\n"
        "  |\n"
        '7 | @register_step("shop.sell")\n'
        "  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  |\n"
        "  = the inputs fit its input_schema: tighten that, raise StepFailed, or give it inputs that work under "
        "`examples` in aetherflow-plugin.yaml"
    )


def test_the_quiet_see_what_failed_or_nothing(shop: Author) -> None:
    shop.plugin(STEP)
    assert shop.run("shop", "--quiet").stdout == ""
    shop.plugin(BROKEN)
    told = shop.run("shop", "--quiet").stdout
    assert "call: fails" in told
    assert "passed  " not in told and "measured" not in told


def test_the_verbose_see_what_was_said_of_each_check(shop: Author) -> None:
    shop.plugin(STEP)
    told = shop.run("shop", "--verbose").stdout
    assert re.search(r"passed +step shop\.sell +call: SUCCESS in \d+ ms, with made-up inputs\n", told)
    assert re.search(r"passed +result size: 15 bytes\n", told)


def test_json_has_every_check_measure_and_finding(shop: Author) -> None:
    shop.plugin(BROKEN)
    outcome = shop.run("shop", "--json")
    assert (outcome.exit_code, outcome.stderr) == (3, "")
    report = outcome.json
    assert list(report) == ["ok", "plugin", "checks", "measures", "baseline", "diagnostics", "seconds"]
    assert report["ok"] is False
    assert report["plugin"] == {"name": "shop", "version": "0", "path": str(shop.project.root / "shop")}
    (call,) = [each for each in report["checks"] if each["check"] == "call"]
    assert (call["subject"], call["verdict"], call["code"]) == ("step shop.sell", "failed", "AF-P901")
    assert [each["code"] for each in report["diagnostics"] if each["severity"] == "error"] == ["AF-P901"]
    assert [each["what"] for each in report["measures"]] == ["import", "memory"]
    assert report["baseline"]["written"] is False


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nowhere", '"nowhere" does not exist'),
        ("", "PATH is empty"),
        ("notes.txt", "is no plugin: it is neither a folder nor a .py file"),
        ("empty", "there is no module to load"),
        ("broken", "cannot be read"),
        ("odd", "cannot be read: Expected `str`, got `int`"),
    ],
)
def test_where_there_is_no_plugin_the_exit_code_is_2(path: str, words: str, project: Project) -> None:
    project.write("notes.txt", "notes\n")
    (project.root / "empty").mkdir()
    project.write("broken/pyproject.toml", "[project\n")
    project.write("odd/pyproject.toml", '[project.entry-points."aetherflow.plugins"]\nshop = 3\n')
    outcome = project.aetherflow("dev", "plugin-test", path)
    assert (outcome.exit_code, outcome.stdout) == (2, ""), outcome.stderr
    assert words in outcome.stderr
    assert "\n  = " in outcome.stderr
    told = project.aetherflow("dev", "plugin-test", path, "--json")
    assert (told.exit_code, told.json["ok"]) == (2, False)


@pytest.mark.parametrize(
    ("code", "finding"),
    [
        ("raise ValueError('no')", "AF-P501"),
        ("import sys; sys.exit(0)", "AF-P501"),
        ("import os; os._exit(0)", "AF-P507"),
        ("while True: pass", "AF-P508"),
        ("kept = []\nwhile True: kept.append(bytearray(10**8))", "AF-P501"),
        ("import os\nos.fork() or __import__('time').sleep(60)", None),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", "AF-P508"),
    ],
    ids=["raises", "exits", "leaves", "loops", "eats", "forks", "stops"],
)
def test_a_plugin_that_does_harm_when_it_is_imported_is_found(code: str, finding: str | None, shop: Author) -> None:
    shop.plugin(f"{STEP}\n{code}\n")
    started = time.monotonic()
    tried = shop.test(seconds=3, megabytes=600)
    assert time.monotonic() - started < 60
    assert tried.report.count("failed") == (1 if finding else 0), tried.report.checks
    if finding:
        assert tried.findings(finding)
        assert tried.of("contract").said == "it cannot be imported"


def test_what_doctor_finds_fails_the_test(shop: Author) -> None:
    shop.plugin(f"import os\nos.environ['SHOP'] = '1'\n{STEP}")
    tried = shop.test()
    assert tried.of("doctor").verdict == "failed"
    assert tried.findings("AF-P530")


def test_the_strict_count_warnings_of_doctor(shop: Author) -> None:
    shop.plugin(f"print('hello')\n{STEP}")
    assert shop.run("shop").exit_code == 0
    assert shop.run("shop", "--strict").exit_code == 3


def baseline(folder: Path) -> dict[str, float]:
    """Read what is kept of the plugin."""
    kept: dict[str, dict[str, float]] = json.loads((folder / ".aetherflow-baseline.json").read_text())["plugins"]
    return kept["shop"]


def test_measures_are_kept_beside_the_plugin_and_compared(shop: Author) -> None:
    folder = shop.plugin(STEP)
    assert not (folder / ".aetherflow-baseline.json").exists()
    outcome = shop.run("shop", "--update-baseline")
    assert outcome.stdout.rstrip().endswith(f"wrote {folder}/.aetherflow-baseline.json")
    assert set(baseline(folder)) == {"plugin: import (ms)", "plugin: memory (MB)", "step shop.sell: latency (ms)"}
    report = shop.run("shop", "--json").json
    assert report["ok"] is True
    assert all(each["baseline"] is not None and not each["is_regression"] for each in report["measures"])


def test_the_baseline_is_no_part_of_the_plugin(shop: Author) -> None:
    shop.plugin(STEP)

    def digests() -> list[str]:
        listed = shop.project.aetherflow("plugins", "list", "--plugin-path", "shop", "--json").json
        return [each.get("digest", "") for each in listed["plugins"]]

    before = digests()
    shop.run("shop", "--update-baseline")
    assert digests() == before


WORSE = "import time; time.sleep(0.15)\nKEPT = [bytes([n]) * 10**6 for n in range(60)]\n" + STEP.replace(
    "return", "time.sleep(0.1); return"
)


def test_what_has_become_much_worse_fails_until_it_is_accepted(shop: Author) -> None:
    shop.plugin(STEP)
    assert shop.run("shop", "--update-baseline").exit_code == 0
    shop.plugin(WORSE)
    outcome = shop.run("shop", "--json")
    assert outcome.exit_code == 3
    failed = {(each["subject"], each["check"], each["code"]) for each in outcome.json["checks"] if "code" in each}
    assert failed == {
        ("plugin", "import", "AF-P916"),
        ("step shop.sell", "latency", "AF-P916"),
        ("plugin", "memory", "AF-P916"),
    }
    assert shop.run("shop", "--update-baseline").exit_code == 0
    assert shop.run("shop").exit_code == 0


def test_a_baseline_that_is_none_is_wrong_input_before_anything_runs(shop: Author) -> None:
    folder = shop.plugin("raise SystemExit")
    (folder / ".aetherflow-baseline.json").write_text("[]")
    outcome = shop.run("shop")
    assert outcome.exit_code == 2
    assert "is none that this version has written" in outcome.stderr


def test_a_plugins_own_tests_are_run_where_that_is_asked_for(shop: Author) -> None:
    folder = shop.plugin(STEP, "shop.sell: {inputs: {name: bread}}")
    shop.project.write("shop/tests/conftest.py", 'pytest_plugins = ["aetherflow.testing"]\n')
    test = "def test_sale(run_step):\n    assert run_step('shop.sell', {'name': 'x'}).outputs == {'sold': 'x'}\n"
    shop.project.write("shop/tests/test_sale.py", test)
    assert "`--tests` runs them" in shop.run("shop").stdout
    outcome = shop.run("shop", "--tests", "--json")
    (own,) = [each for each in outcome.json["checks"] if each["check"] == "own tests"]
    assert (outcome.exit_code, own["verdict"]) == (0, "passed"), own
    assert own["said"].startswith("1 passed in ")
    (folder / "tests/test_sale.py").write_text(test.replace("'sold': 'x'", "'sold': 'y'"))
    outcome = shop.run("shop", "--tests")
    assert outcome.exit_code == 3
    assert "error[AF-P915]: plugin: own tests: 1 failed in " in outcome.stdout
    assert "assert {'sold': 'x'} == {'sold': 'y'}" in outcome.stdout


@pytest.mark.parametrize("name", ["folder_plugin", "my-org-aetherflow-plugin"])
def test_the_examples_pass(name: str, project: Project) -> None:
    copied = project.root / name
    shutil.copytree(EXAMPLES / name, copied, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (copied, *copied.rglob("*")):
        path.chmod(path.stat().st_mode & ~(stat.S_IWGRP | stat.S_IWOTH))  # a checkout may let the group write
    outcome = project.aetherflow("dev", "plugin-test", name, "--strict", "--json", timeout_seconds=110)
    failed = [each for each in outcome.json["checks"] if each["verdict"] == "failed"]
    assert (outcome.exit_code, failed, outcome.stderr) == (0, [], "")


def test_a_project_is_tested_by_its_entry_point_and_measured_beside_its_pyproject(project: Project) -> None:
    copied = project.root / "package"
    shutil.copytree(EXAMPLES / "my-org-aetherflow-plugin", copied)
    report = project.aetherflow("dev", "plugin-test", "package", "--update-baseline", "--json").json
    assert report["plugin"]["path"] == str(copied / "src/my_org_aetherflow_plugin")
    assert (copied / ".aetherflow-baseline.json").is_file()


def test_one_file_can_be_a_plugin(project: Project) -> None:
    project.write("till.py", f"from aetherflow.core.api import Step, register_step\n{STEP}")
    report = project.aetherflow("dev", "plugin-test", "till.py", "--json").json
    assert (report["ok"], report["plugin"]["name"]) == (True, "till")


def test_plugins_that_it_requires_are_named(shop: Author) -> None:
    shop.plugin(STEP)
    other = "from aetherflow.core.api import register_step\n\n@register_step('a.b')\ndef b(ctx, inputs):\n    'B.'\n"
    shop.project.write("other/main.py", other)
    manifest = "name: shop\nversion: '1'\nauthor: A\ndescription: B.\nrequires: [other]\n"
    shop.project.write("shop/aetherflow-plugin.yaml", manifest)
    without = shop.run("shop", "--json")
    assert without.exit_code == 3
    assert "it may not load" in without.stdout
    assert shop.run("shop", "--plugin-path", "other").exit_code == 0


def test_settings_of_whoever_tests_count_for_nothing(shop: Author) -> None:
    shop.plugin(STEP)
    outcome = shop.run("shop", AETHERFLOW_MODE="enterprise", AETHERFLOW_PLUGIN_PATHS="/not/there")
    assert outcome.exit_code == 0, outcome.stdout


def test_neither_settings_nor_locks_of_the_folder_around_count(shop: Author) -> None:
    shop.plugin(STEP)
    assert shop.project.aetherflow("plugins", "sync", "--plugin-path", "shop").exit_code == 0
    shop.plugin(STEP + "\n")
    shop.project.write("plugins.yaml", "version: 7\n")
    assert shop.run("shop", "--strict").exit_code == 0


def test_nothing_is_written_where_the_plugin_is(shop: Author) -> None:
    folder = shop.plugin(STEP.replace("return", "open('made', 'w').close(); return"))
    before = sorted(path.name for path in (*folder.iterdir(), *shop.project.root.iterdir()))
    assert shop.run("shop").exit_code == 0
    assert sorted(path.name for path in (*folder.iterdir(), *shop.project.root.iterdir())) == before


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, -15)])
def test_a_signal_ends_the_test_with_everything_that_it_has_started(
    number: signal.Signals, exit_code: int, shop: Author
) -> None:
    shop.plugin(STEP.replace("return", "__import__('time').sleep(9); return"))
    process = shop.project.start("dev", "plugin-test", "shop")
    try:
        until = time.monotonic() + 30
        while not descendants(process.pid) and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(2)
        below = descendants(process.pid)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=20)
    finally:
        if process.poll() is None:
            kill_tree(process)
    assert (process.returncode, stdout) == (exit_code, "")
    assert "Traceback" not in stderr
    assert below
    assert [pid for pid in below if Path(f"/proc/{pid}").exists() and b"aetherflow" in _command(pid)] == []


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_help_shows_examples(project: Project) -> None:
    told = project.aetherflow("dev", "plugin-test", "--help").stdout
    assert "aetherflow dev plugin-test ./plugins/orders --update-baseline" in told
    assert "plugin-test" in project.aetherflow("dev", "--help").stdout
