"""A run that died or failed goes on: what is settled asks no hooks again, and what they did is on record."""

import json
import os
import signal
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import Veto
from tests.hooks.conftest import Hooked, hook, one_job
from tests.hooks.plugins import FLOW, STEPS, notes, with_hooks
from tests.hooks.replay import replayed
from tests.support.project import Project, kill_tree

TWO = """
    flow: {id: f}
    jobs:
      - {id: a, steps: [{id: s, type: echo, inputs: {a: 1}}]}
      - {id: b, steps: [{id: s, type: flaky, inputs: {until: 9}}, {id: t, type: echo}]}
"""


def test_what_is_settled_asks_nobody_again(hooked: Hooked) -> None:
    hooked.run(TWO, run_id="r")
    asked: list[str] = []
    points = ("before_job", "after_job", "before_step", "after_step", "on_retry", "on_error")
    notes = [
        hook(name, lambda data, ctx, n=name: asked.append(f"{n} {data['job']} {data.get('step', '')}".strip()))
        for name in points
    ]
    repair = hook("before_step", lambda data, ctx: {"inputs": {"until": 0}} if data["step"] == "s" else None)
    result = hooked.run(TWO, repair, *notes, run_id="r", resume=True)
    assert result.status == "SUCCESS"
    assert asked == [
        "before_job b",
        *("before_step b s", "after_step b s"),
        *("before_step b t", "after_step b t"),
        "after_job b",
    ]


def test_finished_items_of_a_loop_and_vetoed_ones_ask_nobody_again(hooked: Hooked) -> None:
    flow = """
        flow: {id: f}
        jobs:
          - id: each
            for_each: [0, 1, 9]
            steps: [{id: s, type: flaky, inputs: {until: "{{item}}"}}]
    """
    hooked.run(flow, hook("before_job", lambda data, ctx: Veto("no") if data["item"] == 1 else None), run_id="r")
    asked: list[int | None] = []
    result = hooked.run(
        flow,
        hook("before_job", lambda data, ctx: asked.append(data["item"])),
        hook("before_step", lambda data, ctx: {"inputs": {"until": 0}}),
        run_id="r",
        resume=True,
    )
    assert asked == [None, 2]
    assert [item.status for item in result.jobs["each"].items or ()] == ["SUCCESS", "SKIPPED", "SUCCESS"]
    assert result.status == "SUCCESS"


def test_a_job_of_which_a_step_is_redone_is_asked_about_again(project: Project) -> None:
    hooks = """
    from pathlib import Path

    @register_hook("before_job")
    def ask(data, ctx):
        with Path(ctx.env["HOME"], "asked.txt").open("a") as asked:
            asked.write(data["job"])
"""
    later = "  - {id: later, steps: [{id: no, type: fail, inputs: {message: no}}]}\n"
    with_hooks(project, hooks, textwrap.dedent(FLOW).rstrip() + "\n" + later)
    project.aetherflow("run", "flow.yaml", "--run-id", "r")
    project.aetherflow("run", "flow.yaml", "--resume", "r")
    assert project.read("asked.txt") == "mainlaterlater"
    project.aetherflow("run", "flow.yaml", "--resume", "r", "--redo", "main.one")
    assert project.read("asked.txt") == "mainlaterlater" + "mainlater"
    assert [line.split()[0] for line in notes(project)] == ["one", "two", "one"]


def test_a_vetoed_job_stays_skipped(hooked: Hooked) -> None:
    hooked.run(TWO, hook("before_job", lambda data, ctx: Veto("no") if data["job"] == "a" else None), run_id="r")
    result = hooked.run(TWO, run_id="r", resume=True)
    assert result.jobs["a"].status == "SKIPPED"
    assert result.jobs["a"].reason == 'vetoed by plugin "tests.hooks.conftest": no'


PARAMS = "{day: {type: string, default: mon}}"
STEPS_WITH_DAY = "- {id: s, type: flaky, inputs: {until: 9, day: '{{params.day}}'}}"


def day(value: str) -> Any:
    """Give a hook that sets the param "day"."""
    return hook("before_run", lambda data, ctx: {"params": {"day": value}})


def test_a_resumed_run_keeps_the_params_that_hooks_gave_it(hooked: Hooked) -> None:
    flow = one_job(STEPS_WITH_DAY, PARAMS)
    hooked.run(flow, day("tue"), run_id="r")
    assert [list(event.payload["changed"]) for event in hooked.told("hook_patched")] == [["params.day"]]
    hooked.run(flow, run_id="r", resume=True)
    hooked.run(flow, day("tue"), run_id="r", resume=True)
    assert hooked.messages() == []
    hooked.run(flow, day("wed"), run_id="r", resume=True)
    assert [inputs["day"] for inputs in hooked.calls] == ["tue"] * 4
    assert hooked.told("hook_patched") == []
    assert hooked.messages() == [
        'the hook before_run of plugin "tests.hooks.conftest" changed params.day, and a resumed run keeps its params'
    ]


def test_a_secret_among_changed_params_is_sealed_and_back_on_resume(hooked: Hooked) -> None:
    flow, secret = one_job(STEPS_WITH_DAY, PARAMS), "correct-horse-battery"
    set_secret = hook("before_run", lambda data, ctx: {"params": {"day": ctx.env["DB_PASSWORD"]}})
    for options in ({}, {"resume": True}):
        hooked.run(flow, set_secret, run_id="r", env={"DB_PASSWORD": secret}, **options)
    assert [inputs["day"] for inputs in hooked.calls] == [secret] * 2
    assert [path for path in hooked.root.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()] == []


def test_a_veto_stops_a_resume_too_and_costs_nothing_that_is_done(hooked: Hooked) -> None:
    hooked.run(TWO, run_id="r")
    result = hooked.run(TWO, hook("before_run", lambda data, ctx: Veto("no")), run_id="r", resume=True)
    assert (result.status, len(hooked.calls)) == ("FAILED", 2)
    hooked.run(TWO, run_id="r", resume=True)
    assert len(hooked.calls) == 3


def test_where_the_end_of_the_run_failed_a_resume_asks_again_and_runs_nothing(hooked: Hooked) -> None:
    def broken(data: dict[str, Any], ctx: Any) -> None:
        raise ConnectionError

    flow = "- {id: s, type: echo}"
    hooked.run(flow, hook("after_run", broken), run_id="r")
    result = hooked.run(flow, hook("after_run", lambda data, ctx: None), run_id="r", resume=True)
    assert (result.status, len(hooked.calls)) == ("SUCCESS", 1)


def test_where_a_job_failed_by_its_hook_a_resume_asks_again_and_runs_nothing(hooked: Hooked) -> None:
    asked: list[str] = []

    def broken(data: dict[str, Any], ctx: Any) -> None:
        asked.append(data["status"])
        if len(asked) == 1:
            raise ConnectionError

    flow = "- {id: s, type: echo}"
    assert hooked.run(flow, hook("after_job", broken), run_id="r").status == "FAILED"
    result = hooked.run(flow, hook("after_job", broken), run_id="r", resume=True)
    assert (result.status, len(hooked.calls), asked) == ("SUCCESS", 1, ["SUCCESS", "SUCCESS"])


def wait_for(path: Path) -> None:
    """Wait until a file is there."""
    end = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < end, f"{path} never came"
        time.sleep(0.01)


BLOCKING_STEP = """
    import time
    from pathlib import Path
    from aetherflow.core.api import register_step

    @register_step("note")
    def note(ctx, inputs):
        home = Path(ctx.env["HOME"])
        with (home / "notes.txt").open("a") as notes:
            notes.write(f"{ctx.step_id} {inputs}\\n")
        if ctx.step_id == "two" and "first" not in ctx.run_id and not (home / "go").exists():
            (home / "here").touch()
            time.sleep(60)
        return dict(inputs)
"""
PATCHING = """
    @register_hook("before_step")
    def stamp(data, ctx):
        return {"inputs": {**data["inputs"], "stamp": 7}}
"""


def patches_of(project: Project, run_id: str) -> list[dict[str, Any]]:
    """Give the patches that a run's journal tells of."""
    told = project.aetherflow("runs", "events", run_id, "--json").stdout
    return [event for event in map(json.loads, told.splitlines()) if event["type"] == "hook_patched"]


def test_killed_in_a_step_the_patch_of_its_inputs_is_on_record_and_nothing_is_done_twice(project: Project) -> None:
    with_hooks(project, PATCHING, steps=BLOCKING_STEP)
    process = project.start("run", "flow.yaml", "--run-id", "r")
    wait_for(project.root / "here")
    kill_tree(process)
    process.communicate()
    patches = patches_of(project, "r")
    assert [(event["step_id"], event["payload"]["after"]) for event in patches] == [
        ("one", {"inputs.stamp": 7}),
        ("two", {"inputs.stamp": 7}),
    ]
    (project.root / "go").touch()
    outcome = project.aetherflow("run", "flow.yaml", "--resume", "r", "--json")
    assert (outcome.exit_code, outcome.json["status"]) == (0, "SUCCESS")
    one, *two = notes(project)
    assert (one, two) == ("one {'a': 1, 'stamp': 7}", ["two {'a': 2, 'stamp': 7}"] * 2)


HOOK_THAT_BLOCKS = """
    import time
    from pathlib import Path

    @register_hook("{point}")
    def wait(data, ctx):
        home = Path(ctx.env["HOME"])
        with (home / "asked.txt").open("a") as asked:
            asked.write(f"{{data.get('step', data.get('job'))}}\\n")
        if data.get("step") in (None, "two") and not (home / "go").exists():
            (home / "here").touch()
            time.sleep(60)

    @register_plugin("life")
    class Life(BasePlugin):
        metadata = PluginMetadata(name="life", version="1", author="a", description="d")
        def on_load(self, context):
            self.home = context.env["HOME"]
        def on_unload(self):
            Path(self.home, "unloaded").touch()
"""
ENDS = {
    "before_run": (0, "NOT_RUN", 2),
    "before_job": (0, "NOT_RUN", 2),
    "before_step": (1, "NOT_RUN", 2),
    "after_step": (2, "NOT_RUN", 3),
    "after_job": (2, "NOT_RUN", 2),
    "after_run": (2, "SUCCESS", 2),
}


@pytest.mark.parametrize("point", ENDS)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_ends_in_a_hook_goes_on_there(point: str, number: signal.Signals, project: Project) -> None:
    done, job_status, done_at_last = ENDS[point]
    with_hooks(project, HOOK_THAT_BLOCKS.format(point=point))
    process = project.start("run", "flow.yaml", "--run-id", "r", "--json")
    wait_for(project.root / "here")
    os.kill(process.pid, number)
    stdout, stderr = process.communicate(timeout=30)
    if number is not signal.SIGKILL:
        assert process.returncode == 128 + number, stderr
        result = json.loads(stdout)
        assert (result["status"], result["jobs"]["main"]["status"]) == ("INTERRUPTED", job_status)
        assert (project.root / "unloaded").exists()
    assert len(notes(project)) == done
    (project.root / "go").touch()
    outcome = project.aetherflow("run", "flow.yaml", "--resume", "r", "--json")
    assert (outcome.exit_code, outcome.json["status"], len(notes(project))) == (0, "SUCCESS", done_at_last)


def test_a_signal_interrupts_an_async_hook_at_once(project: Project) -> None:
    hooks = HOOK_THAT_BLOCKS.format(point="before_step")
    hooks = hooks.replace("    def wait(", "    async def wait(").replace("time.sleep(60)", "await asyncio.sleep(60)")
    with_hooks(project, "\n    import asyncio\n" + hooks)
    project.write("plugins.yaml", "limits: {timeout_seconds: 100}\n")
    process = project.start("run", "flow.yaml", "--run-id", "r")
    wait_for(project.root / "here")
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 128 + signal.SIGINT
    assert "Traceback" not in stderr
    (project.root / "go").touch()
    assert project.aetherflow("run", "flow.yaml", "--resume", "r").exit_code == 0
    assert len(notes(project)) == 2


def test_after_a_signal_the_end_of_the_run_is_told_to_its_hooks(project: Project) -> None:
    hooks = """
    from pathlib import Path

    @register_hook("after_run")
    def end(data, ctx):
        Path(ctx.env["HOME"], "end").write_text(f"{data['status']} {data['jobs']['main']['status']}")
"""
    with_hooks(project, hooks, steps=BLOCKING_STEP)
    process = project.start("run", "flow.yaml", "--run-id", "r")
    wait_for(project.root / "here")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert project.read("end") == "INTERRUPTED NOT_RUN"


def test_a_signal_while_one_plugin_is_unloaded_keeps_nobody_from_the_next(project: Project) -> None:
    hooks = "\n    import time\n    from pathlib import Path\n" + "".join(
        f"""
    @register_plugin("{name}")
    class {name.title()}(BasePlugin):
        metadata = PluginMetadata(name="{name}", version="1", author="a", description="d")
        def on_load(self, context):
            self.home = Path(context.env["HOME"])
        def on_unload(self):
            (self.home / "gone_{name}").touch()
            time.sleep({seconds})
"""
        for name, seconds in {"one": 0, "two": 0, "six": 60}.items()
    )
    with_hooks(project, hooks)
    process = project.start("run", "flow.yaml", "--run-id", "r")
    wait_for(project.root / "gone_six")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert (project.root / "gone_two").exists()
    assert (project.root / "gone_one").exists()


def test_the_journal_explains_the_inputs_of_a_run_on_the_command_line(project: Project) -> None:
    with_hooks(project, PATCHING, FLOW, STEPS)
    assert project.aetherflow("run", "flow.yaml", "--run-id", "r").exit_code == 0

    class Told:
        def __init__(self, payload: dict[str, Any]) -> None:
            self.payload = payload

    first = [Told(event["payload"]) for event in patches_of(project, "r") if event["step_id"] == "one"]
    assert f"one {replayed({'inputs': {'a': 1}}, first)['inputs']}" == notes(project)[0]  # type: ignore[arg-type]  # as events
