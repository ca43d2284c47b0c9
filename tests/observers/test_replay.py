"""`runs events RUN --replay ID`: an old run is told to an observer that was not there."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.observers.runs import KEEPER, Watched, as_kept


@pytest.fixture
def run_id(watched: Watched) -> str:
    watched.observers("")
    outcome = watched.run()
    assert outcome.exit_code == 0
    watched.observers(KEEPER, "keeper Keeper")
    return str(outcome.json["run_id"])


def test_every_event_of_an_old_run_is_told_to_a_new_observer(watched: Watched, run_id: str) -> None:
    recorded = [as_kept(event) for event in watched.recorded(run_id)]
    outcome = watched.project.aetherflow("runs", "events", run_id, "--replay", "keeper")
    assert outcome.stdout == f'{len(recorded)} events of watched/{run_id} told to observer "keeper"\n'
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert watched.seen("keeper") == [*recorded, "closed"]


def test_a_replay_needs_no_particular_folder(watched: Watched, run_id: str) -> None:
    (watched.root / "elsewhere").mkdir()
    project = watched.project
    state = {"AETHERFLOW_STATE_ROOT": project.env["AETHERFLOW_STATE_ROOT"]}
    project.root = watched.root / "elsewhere"
    outcome = project.aetherflow("runs", "events", run_id, "--replay", "keeper", "--json", **state)
    assert outcome.exit_code == 0
    events = len(project.aetherflow("runs", "events", run_id).stdout.splitlines())
    wanted = {"run_id": run_id, "flow_id": "watched", "observer": "keeper", "events": events, "failures": 0}
    assert outcome.json == wanted


def test_a_disabled_observer_can_be_told_of_old_runs(watched: Watched, run_id: str) -> None:
    watched.project.write("plugins.yaml", "plugins: [{id: keeper, module: obs.Keeper, enabled: false}]\n")
    assert watched.project.aetherflow("runs", "events", run_id, "--replay", "keeper").exit_code == 0
    assert watched.seen("keeper")[-1] == "closed"


def test_an_observer_that_raises_is_told_and_exits_1(watched: Watched, run_id: str) -> None:
    code = """
    class Raising(ObserverPlugin):
        def on_event(self, event):
            print("to stdout")
            raise ValueError(event.type)
    """
    watched.observers(code, "r Raising")
    outcome = watched.project.aetherflow("runs", "events", run_id, "--replay", "r", "--json")
    assert outcome.exit_code == 1
    assert json.loads(outcome.stdout)["failures"] == 5
    assert 'observer "r": on_event raised ValueError: run_started' in outcome.stderr
    assert 'observer "r" is switched off for this run after 4 events' in outcome.stderr


def test_an_unknown_observer_is_refused(watched: Watched, run_id: str) -> None:
    outcome = watched.project.aetherflow("runs", "events", run_id, "--replay", "keper")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr == (
        'error[AF-O109]: no observer has the id "keper" in "plugins.yaml"\n'
        '  = did you mean "keeper"?\n'
        "  = it lists keeper\n"
        "\n"
        "1 error\n"
    )


def test_an_unknown_run_is_refused(watched: Watched, run_id: str) -> None:
    assert watched.project.aetherflow("runs", "events", "zzz", "--replay", "keeper").exit_code == 2


def test_a_class_that_is_nowhere_is_refused(watched: Watched, run_id: str) -> None:
    watched.name("keeper obs.Keper")
    outcome = watched.project.aetherflow("runs", "events", run_id, "--replay", "keeper")
    assert (outcome.exit_code, outcome.stdout) == (3, "")
    assert 'error[AF-O103]: observer "keeper": the module "obs" has no "Keper"' in outcome.stderr


@pytest.mark.parametrize("options", [("--follow",), ("--type", "log"), ("--after", "3")])
def test_a_part_of_a_run_cannot_be_replayed(watched: Watched, run_id: str, options: tuple[str, ...]) -> None:
    outcome = watched.project.aetherflow("runs", "events", run_id, "--replay", "keeper", *options)
    assert outcome.exit_code == 2
    assert f"--replay and {options[0]} exclude each other" in outcome.stderr


def test_options_of_plugins_stand_with_a_replay(watched: Watched, run_id: str) -> None:
    outcome = watched.project.aetherflow("runs", "events", run_id, "--plugin-path", "plugins")
    assert outcome.exit_code == 2
    assert "--plugin-path stands with --replay" in outcome.stderr


def test_a_record_that_cannot_be_read_ends_the_replay_and_is_no_success(watched: Watched, run_id: str) -> None:
    state = watched.root / "state" / "state.db"
    with closing(sqlite3.connect(state)) as connection, connection:
        nested = '{"a":' * 3000 + "1" + "}" * 3000
        connection.execute("UPDATE events SET payload = ? WHERE type = 'run_finished'", (nested,))
    outcome = watched.project.aetherflow("runs", "events", run_id, "--replay", "keeper")
    assert outcome.exit_code == 2
    assert "a value is nested too deeply" in outcome.stderr
    assert "Traceback" not in outcome.stderr
