"""An observer sees what is committed: every event, in order, each once, and nothing that is not in the record."""

import json

from tests.observers.runs import KEEPER, Watched, as_kept
from tests.support.project import Project

MANY = """
@register_step("many")
def many(ctx, inputs):
    for number in range(inputs["count"]):
        ctx.log.info(f"line {number}")
    return {"lines": [inputs["count"], {"nested": (1, 2)}]}
"""


def test_an_observer_sees_every_event_of_a_run_as_it_is_recorded(watched: Watched) -> None:
    watched.observers(KEEPER, "keeper Keeper", "other Keeper")
    outcome = watched.run()
    assert outcome.exit_code == 0
    recorded = [as_kept(event) for event in watched.recorded(outcome.json["run_id"])]
    assert (recorded[0][1], recorded[-1][1]) == ("run_started", "run_finished")
    for name in ("keeper", "other"):
        *events, last = watched.seen(name)
        assert events == recorded
        assert last == "closed"


def test_a_slow_observer_lags_behind_and_loses_nothing(project: Project) -> None:
    flow = "flow: {id: f}\njobs:\n  - {id: a, steps: [{id: s, type: many, inputs: {count: 9000}}]}\n"
    watched = Watched(project, flow)
    slow = KEEPER + "\n\nclass Slow(Keeper):\n    def on_startup(self):\n        super().on_startup(); time.sleep(1)\n"
    watched.observers(slow, "slow Slow", "quick Keeper", limits="{drain_seconds: 30}")
    (watched.root / "plugins" / "steps.py").write_text("from aetherflow.core.api import register_step\n" + MANY)
    outcome = watched.run()
    assert outcome.exit_code == 0
    recorded = [as_kept(event) for event in watched.recorded(outcome.json["run_id"])]
    assert len(recorded) > 9000
    assert watched.seen("slow")[:-1] == recorded
    assert watched.seen("quick")[:-1] == recorded
    assert watched.warnings(outcome.json["run_id"]) == []


def test_observers_of_a_resumed_run_see_what_happens_from_then_on(project: Project) -> None:
    flow = """
    flow: {id: f}
    params: {bad: {type: boolean, default: true}}
    jobs:
      - {id: a, steps: [{id: s, type: log, inputs: {message: hi}}, {id: t, type: stumble, inputs: {}}]}
    """
    watched = Watched(project, flow)
    keeper = KEEPER + "\n\nclass All(Keeper):\n    wants_whole_run = True\n"
    watched.observers(keeper, "new Keeper", "whole All")
    steps = "import os\nfrom aetherflow.core.api import register_step\n\n\n"
    steps += '@register_step("stumble")\ndef stumble(ctx, inputs):\n    assert os.path.exists("go")\n'
    (watched.root / "plugins" / "steps.py").write_text(steps)
    first = watched.run()
    assert first.exit_code == 1
    for name in ("new", "whole"):
        (watched.root / f"{name}.jsonl").unlink()
    project.write("go", "")
    assert watched.run("--resume").exit_code == 0
    recorded = [as_kept(event) for event in watched.recorded(first.json["run_id"])]
    assert watched.seen("whole")[:-1] == recorded
    resumed = [event[1] for event in recorded].index("run_resumed")
    assert watched.seen("new")[:-1] == recorded[resumed:]


def test_what_children_print_is_no_event(project: Project) -> None:
    step = "{id: s, type: external.process, inputs: {command: [echo, murmur]}}"
    flow = f"flow: {{id: f}}\njobs:\n  - {{id: a, steps: [{step}]}}\n"
    watched = Watched(project, flow)
    watched.observers(KEEPER, "keeper Keeper")
    outcome = watched.run()
    assert [event for event in watched.seen("keeper") if "murmur" in json.dumps(event[4:])] == []
    assert all(event[0] > 0 for event in watched.seen("keeper")[:-1])
    assert outcome.exit_code == 0


def test_secrets_are_masked_in_what_observers_see(project: Project) -> None:
    flow = 'flow: {id: f}\njobs:\n  - {id: a, steps: [{id: s, type: log, inputs: {message: "{{env.MY_SECRET}}"}}]}\n'
    watched = Watched(project, flow)
    watched.observers(KEEPER, "keeper Keeper")
    assert watched.run(MY_SECRET="hunter2-hunter2").exit_code == 0
    kept = (watched.root / "keeper.jsonl").read_text()
    assert "***" in kept
    assert "hunter2" not in kept


def test_an_observer_that_is_not_enabled_is_not_even_looked_for(watched: Watched) -> None:
    watched.project.write("plugins.yaml", "plugins: [{id: a, module: no.such.Class, enabled: false}]\n")
    assert watched.run("--plugin-path", "nowhere").exit_code == 2
    assert watched.project.aetherflow("run", "flow.yaml").exit_code == 0


def test_which_code_observes_is_in_the_record(watched: Watched) -> None:
    watched.observers(KEEPER, "keeper Keeper")
    outcome = watched.run()
    loaded = [
        event["payload"] for event in watched.recorded(outcome.json["run_id"]) if event["type"] == "plugin_loaded"
    ]
    plugin, observer = loaded
    assert (observer["plugin"], observer["name"], observer["origin"]) == ("keeper", "obs.Keeper", "plugins.yaml")
    assert observer["digest"] == plugin["digest"]
    assert observer["isolation"] == "in_process"
