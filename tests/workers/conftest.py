"""A project with a plugin whose steps call functions in worker processes."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import Outcome, Project

STEPS = '''
    import os
    import threading
    import time
    from concurrent.futures import as_completed, wait

    import work
    from aetherflow.core.api import register_step


    @register_step("squares")
    def squares(ctx, inputs):
        futures = [ctx.spawn_worker(work.square, work.Number(n)) for n in range(inputs["count"])]
        return {"squares": sorted(future.result().value for future in as_completed(futures))}


    @register_step("call")
    def call(ctx, inputs):
        """Calls a function of `work` by its name and waits for it."""
        return {"result": ctx.spawn_worker(getattr(work, inputs["name"]), *inputs.get("args", [])).result()}


    @register_step("leave")
    def leave(ctx, inputs):
        """Begins something and does not wait for its end."""
        ctx.spawn_worker(work.hang, "left")
        work.wait_for("left")
        return {}


    @register_step("outlive")
    def outlive(ctx, inputs):
        try:
            ctx.spawn_worker(getattr(work, inputs["name"])).result()
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        return {"said": said, "after": ctx.spawn_worker(work.square, work.Number(3)).result().value}


    @register_step("from_threads")
    def from_threads(ctx, inputs):
        found = []
        def ask(n):
            found.append(ctx.spawn_worker(work.square, work.Number(n)).result().value)
        threads = [threading.Thread(target=ask, args=[n]) for n in range(8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        return {"squares": sorted(found)}


    @register_step("send")
    def send(ctx, inputs):
        """Sends what cannot be sent."""
        what = {"ctx": lambda: ctx.spawn_worker(work.square, ctx), "lambda": lambda: ctx.spawn_worker(lambda: 1)}
        what[inputs["what"]]()


    @register_step("outer")
    def outer(ctx, inputs):
        return ctx.run_step({"type": "call", "inputs": inputs, "timeout_seconds": 1})
'''
WORK = '''
    import os
    import subprocess
    import sys
    import time
    from dataclasses import dataclass
    from pathlib import Path

    print("noise of an import")


    @dataclass
    class Number:
        value: int


    class Fussy(Exception):
        """Cannot be unpickled: it wants two values."""
        def __init__(self, first, second):
            super().__init__(first)


    class Leaving:
        """Leaves the process that unpickles it."""
        def __reduce__(self):
            return sys.exit, ("that was it",)


    def square(number):
        return Number(number.value * number.value)

    def speak():
        print("noise of a worker")
        os.write(1, b"noise of its descriptor\\n")
        return "said"

    def fail(text):
        raise ValueError(text)

    def fail_fussily():
        raise Fussy("fussy", 2)

    def leave_by(code):
        sys.exit(code)

    def die():
        os.kill(os.getpid(), 9)

    def exit_hard():
        os._exit(3)

    def leave_there():
        return Leaving()

    def handle():
        return open(os.devnull)

    def hang(name):
        """Tells that it began, with a process of its own, and hangs."""
        child = subprocess.Popen(["sleep", "600"])
        Path(f"{name}.tmp").write_text(f"{os.getpid()} {child.pid}")
        os.rename(f"{name}.tmp", name)
        time.sleep(600)

    def wait_for(name):
        while not Path(name).exists():
            time.sleep(0.01)

    def about():
        open_now = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]
        files = [os.readlink(path) for path in open_now if os.path.lexists(path)]
        return {"token": "AETHERFLOW_RUN_TOKEN" in os.environ, "leads": os.getpgrp() == os.getpid(), "files": files}
'''


class Workers:
    """Writes flows whose steps have workers, and runs them."""

    def __init__(self, project: Project) -> None:
        self.project = project
        project.write("plug/steps.py", STEPS)
        project.write("plug/work.py", WORK)

    def flow(self, *steps: str) -> None:
        """Write a flow of one job with these steps, each as `type: …, inputs: …`."""
        numbered = "".join(f"\n      - {{id: s{number}, {step}}}" for number, step in enumerate(steps))
        self.project.write(
            "flow.yaml", f"version: 1\nflow: {{id: working}}\njobs:\n  - id: main\n    steps:{numbered}\n"
        )

    def run(self, *steps: str, **env: str) -> Outcome:
        """Run a flow of these steps."""
        self.flow(*steps)
        return self.project.aetherflow("run", "flow.yaml", "--plugin-path", "plug", "--json", **env)

    def outputs(self, *steps: str) -> list[Any]:
        """Give the outputs of the steps of a run that succeeds."""
        outcome = self.run(*steps)
        assert outcome.exit_code == 0, outcome.stderr
        return [step["outputs"] for step in outcome.json["jobs"]["main"]["steps"].values()]

    def errors(self, *steps: str) -> list[str]:
        """Give the errors of the steps of a run that fails."""
        outcome = self.run(*steps)
        assert outcome.exit_code == 1, outcome.stderr
        return [step["error"] for step in outcome.json["jobs"]["main"]["steps"].values()]

    def processes(self, name: str) -> list[int]:
        """Give the worker, and the process that it started, which have told of themselves under a name."""
        return [int(pid) for pid in (self.project.root / name).read_text().split()]

    def has_begun(self, name: str) -> bool:
        """Tell whether a worker has told of itself."""
        return (self.project.root / name).exists()


def state_of(pid: int) -> str:
    """Give the letter for a process's state; Z where there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def is_alive(pid: int) -> bool:
    """Tell whether a process lives; one that waits to be reaped does not."""
    return state_of(pid) not in "ZX"


def wait_until(happened: Callable[[], bool], seconds: float = 15) -> None:
    """Wait for something that must happen soon."""
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)


@pytest.fixture
def workers(project: Project) -> Workers:
    """Give a project with steps that have workers."""
    return Workers(project)
