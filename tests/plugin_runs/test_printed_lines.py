"""What plugins print in the process of a run is output of the run: of its step, in order, masked, in the log."""

import json
import os
import pty
import re
import subprocess
import time
from pathlib import Path

import pytest

from tests.plugin_runs.plugins import flow_of, write_plugin
from tests.support.project import COMMAND, Outcome, Project

SECRET = "hunter2-hunter2"
STEPS = """
import logging
import os
import sys
import threading
import time

from aetherflow.core.api import ObserverPlugin, register_hook, register_step

TOKEN = os.environ["API_TOKEN"]
print("imported", TOKEN)
logging.basicConfig(format="%(message)s")
logging.warning("logged at import %s", TOKEN)

@register_hook("before_step")
def hooked(data, ctx):
    print("hooked", TOKEN)

class Watcher(ObserverPlugin):
    def on_startup(self):
        print("observed", TOKEN)

    def on_event(self, event):
        pass

    def on_shutdown(self):
        print("observed to the end", TOKEN, end="")

@register_step("speak")
def speak(ctx, inputs):
    print("printed", TOKEN)
    sys.stderr.write(f"written {TOKEN}\\n")
    logging.warning("logged %s", TOKEN)
    sys.stdout.buffer.write(b"bytes \\xff " + TOKEN.encode() + b"\\n")
    print(f"{TOKEN[:8]}\\x1b[1m{TOKEN[8:]}")
    threads = [threading.Thread(target=print, args=["a thread", TOKEN]) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print("an open", end=" ")
    print("end", end="", flush=True)

@register_step("ask")
def ask(ctx, inputs):
    return {"numbers": [sys.stdout.fileno(), sys.stderr.fileno()], "isatty": sys.stdout.isatty()}

@register_step("fork")
def fork(ctx, inputs):
    if os.fork() == 0:
        print("forked", TOKEN, flush=True)
        os._exit(0)
    os.wait()

@register_step("shout")
def shout(ctx, inputs):
    for number in range(100_000):
        print("line", number)

@register_step("hold")
def hold(ctx, inputs):
    print("first of", ctx.step_id)
    ctx.log.info("second")
    time.sleep(0.4)
    print("third")
    ctx.log.info("fourth")
"""
OF_A_STEP = [
    *("hooked ***", "printed ***", "written ***", "logged ***", "bytes \N{REPLACEMENT CHARACTER} ***", "***"),
    "an open end",
]


@pytest.fixture
def speaking(project: Project) -> Project:
    """Give a project with a plugin that prints a secret wherever its code runs."""
    write_plugin(project.root / "plugins", steps=STEPS)
    return project


def run(project: Project, *types: str, options: tuple[str, ...] = (), **env: str) -> Outcome:
    """Run a flow of these steps; the secret comes out nowhere."""
    project.write("flow.yaml", flow_of(*types))
    words = ("run", "flow.yaml", "--plugin-path", "plugins", "--json", *options)
    outcome = project.aetherflow(*words, **{"API_TOKEN": SECRET, **env})
    assert SECRET not in outcome.stdout + outcome.stderr
    return outcome


def log_of(project: Project) -> str:
    """Give the log of the only run."""
    (log,) = project.root.glob("state/runs/*/*/run.log")
    return log.read_text(encoding="utf-8")


def said(text: str, place: str) -> list[str]:
    """Give the lines of a place, without their times."""
    mark = f"  {place}| "
    return [line.partition(mark)[2] for line in text.splitlines() if mark in line]


def test_each_line_is_of_its_step_and_masked(speaking: Project) -> None:
    speaking.write("plugins.yaml", "plugins: [{id: w, module: steps.Watcher}]\n")
    outcome = run(speaking, "speak")
    assert outcome.exit_code == 0, outcome.stderr
    for text in (outcome.stderr, log_of(speaking)):
        assert SECRET not in text
        assert said(text, "main.s0 ") == OF_A_STEP
        elsewhere = said(text, "")
        assert elsewhere[:2] == ["imported ***", "logged at import ***"]
        assert sorted(elsewhere[2:]) == ["a thread ***"] * 4 + ["observed ***", "observed to the end ***"]
        assert text.index("an open end") < text.index("✓ main.s0")


def test_as_json_each_line_is_an_object(speaking: Project) -> None:
    outcome = run(speaking, "speak", AETHERFLOW_LOG_FORMAT="json")
    events = [json.loads(line) for line in outcome.stderr.splitlines()]
    printed = [event for event in events if event["payload"].get("stream") == "plugin"]
    assert {event["seq"] for event in printed} == {0}
    of_step = [event["payload"]["message"] for event in printed if event["step_id"] == "s0"]
    assert of_step == OF_A_STEP
    assert {(event["job_id"], event["attempt"]) for event in printed if event["step_id"]} == {("main", 1)}
    logged = [json.loads(line) for line in log_of(speaking).splitlines()]
    assert [event for event in logged if event["seq"] == 0] == printed


def test_who_is_quiet_sees_none_of_it_and_finds_it_in_the_log(speaking: Project) -> None:
    outcome = run(speaking, "speak", options=("--quiet",))
    assert outcome.stderr == ""
    assert said(log_of(speaking), "main.s0 ") == OF_A_STEP


def test_what_a_refused_run_has_printed_is_written_masked(speaking: Project) -> None:
    write_plugin(speaking.root / "plugins", steps=STEPS + "\nraise ValueError('no')\n")
    outcome = run(speaking, "speak", AETHERFLOW_PLUGIN_STRICT="true")
    assert outcome.exit_code == 3, outcome.stderr
    assert outcome.stderr == "imported ***\nlogged at import ***\n"


def test_the_descriptors_and_forked_processes_work_as_ever(speaking: Project) -> None:
    outcome = run(speaking, "ask", "fork")
    assert outcome.json["jobs"]["main"]["steps"]["s0"]["outputs"] == {"numbers": [1, 2], "isatty": False}
    assert "forked ***\n" in outcome.stderr
    assert log_of(speaking).count("main.s0 started") == 1


def test_many_lines_take_bounded_time(speaking: Project) -> None:
    started = time.monotonic()
    outcome = run(speaking, "shout")
    assert time.monotonic() - started < 30
    assert said(outcome.stderr, "main.s0 ")[1:] == [f"line {number}" for number in range(100_000)]


def test_on_a_terminal_prints_stand_in_order_among_the_other_lines(speaking: Project) -> None:
    speaking.write("flow.yaml", flow_of("hold", "hold"))
    written = on_a_terminal(speaking.root, {**speaking.env, "TERM": "xterm-256color", "API_TOKEN": SECRET})
    assert SECRET not in written
    places = [
        written.index(words)
        for step in ("s0", "s1")
        for words in (f"main.{step} | hooked ***", f"first of {step}", f"✓ main.{step}")
    ]
    assert places == sorted(places)
    told = [word for line in written.splitlines() for word in ("first", "second", "third", "fourth") if word in line]
    assert told == ["first", "second", "third", "fourth"] * 2


def on_a_terminal(folder: Path, env: dict[str, str]) -> str:
    """Run the flow on a pseudo terminal; gives the text that was written to it."""
    leader, follower = pty.openpty()
    command = [COMMAND, "run", "flow.yaml", "--plugin-path", "plugins"]
    process = subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=follower, stderr=follower)
    os.close(follower)
    written = b""
    try:
        while data := os.read(leader, 65536):
            written += data
    except OSError:  # the other end is closed
        os.close(leader)
    assert process.wait(timeout=30) == 0
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written.decode())
