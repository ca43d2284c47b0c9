"""The file of local switches: damaged, foreign, killed in the middle, written by many at once."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from aetherflow.core.plugins.local_switches import LocalSwitches, PluginSwitch
from aetherflow.core.plugins.switches_file import LARGEST_BYTES, read_switches, switches_bytes
from aetherflow.core.plugins.switches_writing import change_switches
from tests.plugin_switches.conftest import Switched

OFF = '{"version": 1, "plugins": {"orders": {"enabled": false}}}'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is no JSON: Expecting value (line 1, column 1)"),
        (OFF[:-1], "it is no JSON: Expecting ',' delimiter (line 1, column 57)"),
        ("[]", "Expected `object`, got `array`"),
        ("{}", "Object missing required field `version`"),
        ('{"version": 2, "plugins": {"x": {"off": 1}}}', "it has the version 2, and this aetherflow knows 1"),
        ('{"version": 1, "plugin": {}}', "Object contains unknown field `plugin`"),
        (
            '{"version": 1, "plugins": {"orders": {"enabeld": false}}}',
            "Object contains unknown field `enabeld` - at `$.plugins[...]`",
        ),
        (
            '{"version": 1, "plugins": {"orders": {"enabled": "no"}}}',
            "Expected `bool`, got `str` - at `$.plugins[...].enabled`",
        ),
        (
            '{"version": 1, "plugins": {"orders": {"enabled": false, "enabled": true}}}',
            "it has the key 'enabled' twice in one place",
        ),
        ('{"version": 1, "plugins": {"orders": {"config": {"a": NaN}}}}', "NaN is no number of JSON"),
        ('{"version": 1, "plugins": ' + "[" * 100_000 + "]" * 100_000 + "}", "it is nested too deeply"),
        ('{"version": 1}' + " " * LARGEST_BYTES, "it is larger than 1,048,576 bytes"),
    ],
    ids=range(12),
)
def test_a_damaged_file_stops_every_command_and_names_itself(switched: Switched, text: str, why: str) -> None:
    file = switched.say(text)
    expected = f'error[AF-P151]: the local switches of plugins, "state/plugins.json", cannot be used: {why}\n'
    flow = switched.flow("load_orders")
    commands = (["run", flow], ["validate", flow], ["plugins", "list"], ["plugins", "doctor"], ["plugins", "why", "x"])
    for words in (*commands, ["plugins", "enable", "orders"], ["plugins", "config", "set", "orders", "a=1"]):
        outcome = switched.run(*words)
        assert outcome.exit_code == 2, words
        assert outcome.stdout + outcome.stderr == (
            f"{expected}  = mend the file, or remove it: without it no plugin is disabled, and none has a config of "
            "this machine\n\n1 error\n"
        ), words
    assert file.read_text() == text


def test_help_is_there_with_a_damaged_file(switched: Switched) -> None:
    switched.say("x")
    outcome = switched.project.aetherflow("--help", AETHERFLOW_PLUGIN_PATHS="orders")
    assert outcome.exit_code == 0
    assert "not known now: `aetherflow plugins list` says why" in outcome.stdout


def test_a_file_that_others_may_have_written_is_not_used(tmp_path: Path) -> None:
    file = tmp_path / "plugins.json"
    file.write_text(OFF)
    for mode in (0o622, 0o660, 0o606):
        file.chmod(mode)
        fault = read_switches(file).fault
        assert fault is not None
        assert fault.message.endswith(f"cannot be used: others may write it (mode {mode:04o})")
    file.chmod(0o644)
    assert read_switches(file).fault is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_not_used(switched: Switched) -> None:
    os.chown(switched.say(OFF), 12345, 12345)
    outcome = switched.plugins("list")
    assert outcome.exit_code == 2
    assert "it belongs to user 12345, and this is user 0" in outcome.stderr


def test_what_may_not_be_read_is_not_as_good_as_nothing(without_root: Path) -> None:
    folder = without_root / "state"
    folder.mkdir()
    file = folder / "plugins.json"
    file.write_text(OFF)
    file.chmod(0)
    fault = read_switches(file).fault
    assert fault is not None
    assert fault.message.endswith("cannot be used: permission denied")
    folder.chmod(0)
    try:
        assert read_switches(file).fault is not None
    finally:
        folder.chmod(0o700)


def test_links_folders_and_pipes_are_no_switches_and_nobody_waits(tmp_path: Path) -> None:
    file = tmp_path / "plugins.json"
    target = tmp_path / "target.json"
    made: list[tuple[Callable[[], None], str]] = [
        (partial(file.symlink_to, target), "it is a link, which the next change would replace"),
        (file.mkdir, "is a directory"),
        (partial(os.mkfifo, file), "not a regular file"),
    ]
    for make, why in made:
        make()
        fault = read_switches(file).fault
        assert fault is not None
        assert fault.message.endswith(f"cannot be used: {why}")
        file.rmdir() if file.is_dir() else file.unlink()
    assert read_switches(file).switches is None
    assert read_switches(target / "below").fault is None


def test_a_folder_that_may_not_be_written_is_told(switched: Switched) -> None:
    switched.project.write("state", "a file")
    outcome = switched.plugins("disable", "orders")
    assert outcome.exit_code == 2
    assert outcome.stderr == (
        'error[AF-P154]: the local switches of plugins, "state/plugins.json", cannot be written: not a directory\n'
        "  = nothing was changed; they stand in the state root, which AETHERFLOW_STATE_ROOT names\n\n1 error\n"
    )


def test_a_file_that_would_be_too_large_is_not_written(switched: Switched) -> None:
    switched.plugins("config", "set", "orders", "a=1")
    before = switched.file.read_text()
    for number in range(12):
        outcome = switched.plugins("config", "set", "orders", f"k{number}=" + "x" * 100_000)
    assert outcome.exit_code == 2
    assert "cannot be written: it would be larger than 1,048,576 bytes" in outcome.stderr
    assert read_switches(switched.file).fault is None
    assert json.loads(before)["plugins"]["orders"]["config"].items() <= switched.said()["orders"]["config"].items()


def test_twenty_writers_at_once_lose_nothing(switched: Switched) -> None:
    for number in range(20):
        switched.project.write(f"plugins/p{number}/steps.py", "")
    paths = [word for number in range(20) for word in ("--plugin-path", f"plugins/p{number}")]
    switched.project.aetherflow("plugins", "list", *paths)  # the index is warm: they meet at the file
    started = [
        switched.project.start("plugins", *words, *paths)
        for number in range(10)
        for words in (["disable", f"p{number}"], ["config", "set", f"p{number + 10}", f"key={number}"])
    ]
    for each in started:
        _, said = each.communicate(timeout=120)
        assert each.returncode == 0, said
    said_of = switched.said()
    assert {name for name, switch in said_of.items() if switch.get("enabled") is False} == {f"p{n}" for n in range(10)}
    assert {f"p{n + 10}": {"config": {"key": n}} for n in range(10)}.items() <= said_of.items()
    assert sorted(path.name for path in switched.file.parent.glob("*plugins.json*")) == [
        "plugins.json",
        "plugins.json.lock",
    ]


def test_a_writer_that_is_killed_leaves_the_file_whole_and_the_next_one_goes_on(switched: Switched) -> None:
    switched.plugins("disable", "orders")
    program = (
        "import os, sys, itertools\nfrom pathlib import Path\n"
        "from aetherflow.core.plugins.local_switches import PluginSwitch\n"
        "from aetherflow.core.plugins.switches_writing import change_switches\n"
        "print('ready', flush=True)\n"
        "for n in itertools.count():\n"
        "    change_switches(Path(sys.argv[1]), lambda before: {**before.plugins, 'other': "
        "PluginSwitch(config={'n': n, 'pad': 'x' * 200_000})})\n"
    )
    for number in range(8):
        writer = subprocess.Popen([sys.executable, "-c", program, str(switched.file)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.05 + 0.013 * number)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        reading = read_switches(switched.file)
        assert reading.fault is None
        assert reading.switches is not None
        assert reading.switches.plugins["orders"] == PluginSwitch(enabled=False)
    assert switched.plugins("enable", "orders").exit_code == 0
    names = sorted(path.name for path in switched.file.parent.glob("*plugins.json*"))
    assert names == ["plugins.json", "plugins.json.lock"]


def test_what_is_written_can_be_read_again(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "state" / "plugins.json"
    said = {"orders": PluginSwitch(enabled=False, config={"a": {"b": [1, 2.5, None, "é\n"]}})}
    assert change_switches(file, lambda before: said)
    assert not change_switches(file, lambda before: dict(before.plugins))
    assert read_switches(file).switches == LocalSwitches(file=str(file), plugins=said)
    assert switches_bytes(said) == file.read_bytes()


def test_nothing_is_read_or_imported_where_there_is_no_file(switched: Switched) -> None:
    switched.plugins("list")
    program = (
        "import sys\nfrom aetherflow.cli.app import run_command_line\n"
        "code = run_command_line(['plugins', 'list', '--plugin-path', 'orders'])\n"
        "print([name for name in sys.modules if 'switch' in name], file=sys.stderr)\nsys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=switched.project.root,
        env=switched.project.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "[]\n")


def test_a_listing_that_was_kept_is_not_told_once_something_is_disabled(switched: Switched) -> None:
    for path in switched.project.root.rglob("orders/*"):
        os.utime(path, (1, 1))
    switched.plugins("list")
    switched.plugins("list")
    switched.say(OFF)
    assert " · disabled\n" in switched.plugins("list").stdout
    switched.file.unlink()
    assert "disabled" not in switched.plugins("list").stdout
