"""What plugins put of the environment's secrets into names, schemas, sentences and errors is told nowhere."""

import pytest

from tests.plugin_listing.conftest import Plugins

SECRET = "correct-horse-battery"
ENV = {"DB_PASSWORD": SECRET}
#: Runs, and registers in a way that its text does not tell.
TELLS_ALL = """\
import os

from aetherflow.core.api import Step, register_step

PASSWORD = os.environ["DB_PASSWORD"]


class Loads(Step):
    effects = "once"
    input_schema = {
        "type": "object",
        "properties": {
            "password": {"type": "string", "default": PASSWORD, "description": "By default " + PASSWORD},
            "other": {"const": PASSWORD},
        },
    }

    def run(self, ctx, inputs):
        return {}


Loads.__doc__ = f"Connects with {PASSWORD}."
for name in ("load", f"load-{PASSWORD}"):
    register_step(name)(Loads)
"""
FAILS = 'import os\nraise RuntimeError("no access for " + os.environ["DB_PASSWORD"])\n'
FLOW = "version: 1\nflow: {id: f}\njobs: [{id: j, steps: [{id: s, type: load}]}]\n"


@pytest.fixture
def told(plugins: Plugins) -> Plugins:
    """Give a plugin that puts a secret into all that it registers, run once."""
    plugins.add("all.py", TELLS_ALL)
    plugins.project.write("flow.yaml", FLOW)
    plugins.project.aetherflow("run", "flow.yaml", "--plugin-path", "all.py", **ENV)
    return plugins


@pytest.mark.parametrize(
    "words",
    [
        ("list",),
        ("list", "--json"),
        ("list", "--verbose"),
        ("list", "--loaded"),
        ("list", "--loaded", "--json"),
        ("why", "load"),
        ("why", "load", "--json"),
        ("why", f"load-{SECRET[:-1]}"),
        ("doctor", "--loaded"),
        ("doctor", "--loaded", "--json"),
        ("sync",),
    ],
)
def test_no_command_tells_a_secret(told: Plugins, words: tuple[str, ...]) -> None:
    outcome = told.run(*words, **ENV)
    assert outcome.exit_code in (0, 2), outcome.stderr
    assert SECRET not in outcome.stdout + outcome.stderr


def test_what_is_imported_is_told_with_the_secret_hidden(told: Plugins) -> None:
    outcome = told.run("list", "--loaded", **ENV)
    assert "Connects with ***." in outcome.stdout
    assert "load-***" in outcome.stdout


def test_the_schema_of_flows_hides_what_earlier_versions_may_have_recorded(plugins: Plugins) -> None:
    plugins.add("in_text.py", TELLS_ALL.replace('os.environ["DB_PASSWORD"]', f'"{SECRET}"'))
    outcome = plugins.project.aetherflow("schema", "flow", "--plugin-path", "in_text.py", **ENV)
    assert (outcome.exit_code, SECRET in outcome.stdout) == (0, False)
    assert SECRET not in plugins.run("list", **ENV).stdout


def test_a_run_records_nothing_of_a_plugin_that_holds_a_secret(told: Plugins) -> None:
    files = [file for file in (told.project.root / "state").rglob("*") if file.is_file()]
    assert {"state.db", "run.log"} <= {file.name for file in files}
    assert [file for file in files if SECRET.encode() in file.read_bytes()] == []


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_an_exception_is_told_with_the_secret_hidden(plugins: Plugins, form: tuple[str, ...]) -> None:
    plugins.add("fails.py", FAILS)
    outcome = plugins.list("--loaded", *form, **ENV)
    assert "no access for ***" in outcome.stdout
    assert SECRET not in outcome.stdout + outcome.stderr


def test_a_failure_stands_with_its_plugin_once_whatever_is_hidden(plugins: Plugins) -> None:
    plugins.add("fails.py", FAILS)
    outcome = plugins.list("--loaded", **ENV)
    assert (outcome.stdout + outcome.stderr).count("AF-P501") == 1


def test_a_word_of_ours_stays_readable_whatever_is_secret(plugins: Plugins) -> None:
    plugins.add_step("one.py", "one", summary="Is idempotent, and connector.")
    listed = plugins.list("--json", DB_PASSWORD="connector", API_KEY="internal_fast").json
    assert listed["mode"] == "internal_fast"
    assert {name["kind"] for name in listed["plugins"][0]["provides"]} >= {"connector", "step"}
    assert listed["plugins"][1]["provides"][0]["summary"] == "Is idempotent, and ***."
