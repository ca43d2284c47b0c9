"""What is wrong with plugins is told, and breaks no listing."""

import pytest

from tests.plugin_listing.conftest import Plugins


def pointer(plugins: Plugins, more: str = "") -> str:
    """Give the line that names the command which tells more, with the options of the one that was given."""
    options = " ".join(f"--plugin-path {path}" for path in plugins.named)
    return f"  = {more}`aetherflow plugins doctor {options}` says where, and what to do"


def test_a_plugin_that_is_left_out_is_shown_with_its_reason(plugins: Plugins) -> None:
    plugins.add("broken.py", "def (\n")
    plugins.add_step("one.py", "one")
    outcome = plugins.list()
    assert outcome.stdout.endswith(
        """\
one 0 · flag one.py · named by --plugin-path
  step       one               Does one.

broken 0 · flag broken.py · named by --plugin-path · not loaded
  AF-P141 the module "broken.py" is not valid Python: invalid syntax
"""
    )
    assert (outcome.exit_code, outcome.stderr) == (0, "")


def test_a_plugin_whose_requirement_is_missing_is_left_out(plugins: Plugins) -> None:
    plugins.add_step("orders", "load", manifest="requires: [warehouse]\n")
    outcome = plugins.list()
    assert outcome.stdout.endswith(
        """\
orders 0 · flag orders · named by --plugin-path · not loaded
  AF-P303 the plugin "orders" requires "warehouse", and there is no plugin of that name
"""
    )
    assert outcome.exit_code == 0


def test_a_problem_is_one_line_on_stderr_and_doctor_tells_more(plugins: Plugins) -> None:
    plugins.add_step("one.py", "one")
    plugins.named.append("nowhere")
    outcome = plugins.list()
    assert outcome.stderr == (
        f'error: the plugin path "nowhere" of --plugin-path does not exist (AF-P102)\n{pointer(plugins)}\n'
    )
    assert outcome.exit_code == 0
    assert outcome.stdout.endswith("  step       one               Does one.\n")


def test_errors_are_told_before_warnings_and_notes_are_not(plugins: Plugins) -> None:
    plugins.add_step("orders", "load", manifest="name: orders\nversion: '1'\n")
    plugins.project.write("empty/readme.txt", "nothing\n")
    plugins.named += ["empty", "orders", "nowhere"]
    told = plugins.list().stderr.splitlines()
    assert [line.partition(":")[0] for line in told[:-1]] == ["error", *["warning"] * (len(told) - 2)]
    assert told[-1] == pointer(plugins)


def test_of_many_problems_the_first_are_told_and_the_others_counted(plugins: Plugins) -> None:
    plugins.named += [f"nowhere{number}" for number in range(25)]
    told = plugins.list().stderr.splitlines()
    assert len(told) == 21
    assert told[-1] == pointer(plugins, "and 5 others; ")


def test_json_stays_json_while_problems_are_told(plugins: Plugins) -> None:
    plugins.add("broken.py", "def (\n")
    outcome = plugins.list("--json")
    (left_out,) = outcome.json["left_out"]
    assert [reason["code"] for reason in left_out["reasons"]] == ["AF-P141"]
    assert "AF-P141" in outcome.stderr
    assert outcome.exit_code == 0


@pytest.mark.parametrize(
    "text",
    [
        "raise SystemExit(9)\n",
        "import os\nos._exit(7)\n",
        "import nothing_of_that_name\n",
        "\0",
        "(" * 5000,
        "@register_step(\n",
        "# coding: no-such-coding\n",
    ],
)
def test_no_broken_module_breaks_the_listing(plugins: Plugins, text: str) -> None:
    plugins.add("broken.py", text)
    plugins.add_step("one.py", "one")
    outcome = plugins.list()
    assert outcome.exit_code == 0
    assert "\none 0 · " in outcome.stdout
    assert "\nbroken 0 · " in outcome.stdout
    assert "Traceback" not in outcome.stderr


def test_a_mode_that_is_none_is_refused(plugins: Plugins) -> None:
    outcome = plugins.list(AETHERFLOW_MODE="enterprize")
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert outcome.stderr.startswith('error[AF-E201]: AETHERFLOW_MODE is "enterprize", which is not one of its values')


def test_a_setting_that_is_wrong_is_told_as_json_too(plugins: Plugins) -> None:
    outcome = plugins.list("--json", AETHERFLOW_MODE="enterprize")
    assert outcome.exit_code == 2
    assert outcome.json["ok"] is False
