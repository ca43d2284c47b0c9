"""What workers print is told as other children's output is: line by line, of their step, masked, once."""

import json

import pytest

from tests.workers.conftest import Workers

SECRET = "hunter2-hunter2"
SPEAKERS = """
    import os
    import subprocess
    import sys

    from aetherflow.core.api import register_step

    def speak(name):
        print("printed by", name)
        print("told by", name, file=sys.stderr)
        os.write(1, b"written to the descriptor\\n")
        subprocess.run(["echo", "echoed by a child"])
        print(os.environ.get("API_TOKEN"))
        sys.stdout.write("an open end")
        sys.stdout.flush()

    def shout(lines):
        for number in range(lines):
            print(f"line {number}")

    @register_step("speaker")
    def speaker(ctx, inputs):
        ctx.spawn_worker(speak, inputs["name"]).result()
        ctx.log.info("the worker has spoken")

    @register_step("shouter")
    def shouter(ctx, inputs):
        for future in [ctx.spawn_worker(shout, 2000) for _ in range(2)]:
            future.result()
"""


@pytest.fixture
def speaking(workers: Workers) -> Workers:
    """Give a project whose workers speak."""
    workers.project.write("plug/speakers.py", SPEAKERS)
    return workers


def said_by(stderr: str, step: str) -> list[str]:
    """Give the lines of a step on stderr, without the time and the step."""
    return [line.partition(f" {step} | ")[2] for line in stderr.splitlines() if f" {step} | " in line]


def test_each_line_is_told_of_its_step_and_masked(speaking: Workers) -> None:
    one, two = "type: speaker, inputs: {name: one}", "type: speaker, inputs: {name: two}"
    outcome = speaking.run(one, two, API_TOKEN=SECRET)
    assert outcome.exit_code == 0
    assert SECRET not in outcome.stderr + outcome.stdout
    for step, name in (("main.s0", "one"), ("main.s1", "two")):
        assert sorted(said_by(outcome.stderr, step)) == sorted(
            [
                *(f"printed by {name}", f"told by {name}", "written to the descriptor", "echoed by a child", "***"),
                *("an open end", "the worker has spoken"),
            ]
        )


def test_all_that_was_printed_is_told_before_the_step_ends(speaking: Workers) -> None:
    outcome = speaking.run("type: shouter")
    lines = outcome.stderr.splitlines()
    shouted = [number for number, line in enumerate(lines) if " main.s0 | line " in line]
    assert len(shouted) == 4000
    assert max(shouted) < next(number for number, line in enumerate(lines) if "✓ main.s0 " in line)


def test_as_json_and_in_the_log_each_line_is_a_childs(speaking: Workers) -> None:
    outcome = speaking.run("type: speaker, inputs: {name: one}", AETHERFLOW_LOG_FORMAT="json")
    events = [json.loads(line) for line in outcome.stderr.splitlines() if line != "noise of an import"]
    (printed,) = [event for event in events if event["payload"].get("message") == "printed by one"]
    assert (printed["seq"], printed["step_id"], printed["payload"]["stream"]) == (0, "s0", "child")
    (log,) = speaking.project.root.glob("**/runs/working/*/run.log")
    assert '"printed by one"' in log.read_text()
