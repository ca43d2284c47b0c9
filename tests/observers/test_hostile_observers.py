"""Whatever observers do that Python lets us withstand: the run ends as it would without them."""

import json

from tests.observers.runs import KEEPER, Watched, decided
from tests.support.project import Project

FLOW = """
flow: {id: watched}
params: {word: {type: string, default: hello}}
jobs:
  - id: one
    steps:
      - id: a
        type: external.process
        inputs: {command: [echo, '{"v": 1}'], log: {stdout: capture}, parse: json}
        outputs: {v: "{{result.value.v}}"}
      - {id: b, type: check_items, inputs: {items: [1, 2]}}
  - {id: gated, when: jobs.one.outputs.v > 5, steps: [{id: x, type: log, inputs: {message: never}}]}
  - {id: bad, continue_on_error: true, steps: [{id: y, type: fail, inputs: {message: on purpose}}]}
  - id: loop
    for_each: [1, 2, 3]
    steps:
      - {id: z, type: external.process, inputs: {command: [sh, -c, 'echo $HOME; pwd; ls'], log: {stdout: capture}}}
  - id: last
    steps:
      - {id: e, type: external.process, inputs: {command: [sh, -c, 'env | grep -v TOKEN'], log: {stdout: capture}}}
"""

HOSTILE = """
class Raises(ObserverPlugin):
    def on_event(self, event): raise RuntimeError("always")

class Moody(ObserverPlugin):
    def on_event(self, event):
        if event.seq % 2: raise RuntimeError("sometimes")

class Blocks(ObserverPlugin):
    def on_event(self, event): time.sleep(60)

class Startup(ObserverPlugin):
    def on_startup(self): time.sleep(60)
    def on_event(self, event): pass

class Shutdown(ObserverPlugin):
    def on_event(self, event): pass
    def on_shutdown(self): time.sleep(60)

class Mutates(ObserverPlugin):
    def on_event(self, event): event.payload["status"] = "FAILED"

class Leaves(ObserverPlugin):
    def on_event(self, event): sys.exit(3)

class Threads(ObserverPlugin):
    def on_startup(self):
        for _ in range(5):
            threading.Thread(target=time.sleep, args=(60,), daemon=False).start()
    def on_event(self, event): pass

class Pool(ObserverPlugin):
    def on_startup(self):
        from concurrent.futures import ThreadPoolExecutor
        self.pool = ThreadPoolExecutor(2)
        self.pool.submit(time.sleep, 60)
    def on_event(self, event): pass

class Floods(ObserverPlugin):
    def on_startup(self): self.kept = []
    def on_event(self, event):
        self.kept.append(bytearray(1_000_000))
        bytearray(1 << 60)

class Prints(ObserverPlugin):
    def on_startup(self): print("noise on stdout")
    def on_event(self, event):
        print("noise on stdout", flush=True)
        sys.__stdout__.write("noise on stdout\\n")
        os.write(1, b"noise on stdout\\n")

class Replaces(ObserverPlugin):
    def on_event(self, event):
        sys.stdout = sys.stderr = sys.__stdout__ = open(os.devnull, "w")

class Environment(ObserverPlugin):
    def on_startup(self):
        os.environ.clear()
        os.environ["HOME"] = "/nowhere"
    def on_event(self, event): os.environ["SEEN"] = event.type

class Directory(ObserverPlugin):
    def on_startup(self): os.chdir("/")
    def on_event(self, event): os.chdir("/tmp")

class Deadlock(ObserverPlugin):
    def on_event(self, event):
        lock = threading.Lock(); lock.acquire(); lock.acquire()

class Recursive(ObserverPlugin):
    def on_event(self, event): self.on_event(event)

class Frozen(ObserverPlugin):
    def on_event(self, event):
        dict.clear(event.payload)
        dict.update(event.payload, status="FAILED")

class Chatty(ObserverPlugin):
    def on_startup(self):
        def talk():
            while True:
                print("noise", file=sys.stderr)
                time.sleep(0.001)
        threading.Thread(target=talk, daemon=True).start()
    def on_event(self, event): pass

class Odd(ObserverPlugin):
    def __new__(cls, *arguments): return object()
    def on_event(self, event): pass

class Computes(ObserverPlugin):
    def on_event(self, event):
        while True:
            pass

class Stops(ObserverPlugin):
    def on_event(self, event): raise StopIteration

class Limits(ObserverPlugin):
    def on_startup(self):
        import gc
        gc.disable(); threading.excepthook = None; threading.settrace(None); sys.settrace(None)
    def on_event(self, event): raise GeneratorExit
"""
NAMES = [line.split()[1].partition("(")[0] for line in HOSTILE.splitlines() if line.startswith("class ")]


def hostile(watched: Watched) -> None:
    entries = [f"{name.lower()} {name}" for name in NAMES]
    watched.observers(HOSTILE + KEEPER, *entries, "keeper Keeper", limits="{drain_seconds: 1}")


def test_a_run_with_twenty_hostile_observers_ends_as_without_them(project: Project) -> None:
    watched = Watched(project, FLOW)
    assert len(NAMES) >= 20
    watched.observers("")
    alone = watched.run()
    hostile(watched)
    observed = watched.run()
    assert (observed.exit_code, decided(observed.json)) == (alone.exit_code, decided(alone.json))
    kinds = [[event["type"] for event in watched.recorded(each.json["run_id"])] for each in (alone, observed)]
    about_observers = ("log", "plugin_loaded")
    assert [kind for kind in kinds[0] if kind not in about_observers] == [
        kind for kind in kinds[1] if kind not in about_observers
    ]


def test_a_failing_run_with_hostile_observers_fails_alike(project: Project) -> None:
    watched = Watched(project, FLOW.replace("continue_on_error: true, ", ""))
    watched.observers("")
    alone = watched.run()
    hostile(watched)
    observed = watched.run()
    assert (observed.exit_code, decided(observed.json)) == (1, decided(alone.json))


def test_who_behaves_among_hostile_observers_sees_everything(project: Project) -> None:
    watched = Watched(project, FLOW)
    entries = [f"{name.lower()} {name}" for name in NAMES if name not in ("Directory", "Limits", "Replaces")]
    watched.observers(HOSTILE + KEEPER, *entries, "keeper Keeper", limits="{drain_seconds: 1}")
    outcome = watched.run()
    numbers = [event["seq"] for event in watched.recorded(outcome.json["run_id"])]
    *events, last = watched.seen("keeper")
    assert [event[0] for event in events] == numbers[: len(events)]
    assert "run_finished" in [event[1] for event in events]
    assert last == "closed"


def test_what_observers_print_never_reaches_stdout(watched: Watched) -> None:
    watched.observers(HOSTILE, "prints Prints")
    outcome = watched.run()
    assert json.loads(outcome.stdout)["status"] == "SUCCESS"
    assert "noise" not in outcome.stdout
    assert "noise on stdout" in outcome.stderr


def test_the_environment_of_steps_is_out_of_reach(project: Project) -> None:
    step = "{id: s, type: external.process, inputs: {command: [sh, -c, 'echo $WORD in $PWD'], log: {stdout: capture}}}"
    watched = Watched(project, f"flow: {{id: f}}\njobs:\n  - {{id: a, steps: [{step}]}}\n")
    watched.observers("")
    alone = watched.run(WORD="mine")
    watched.observers(HOSTILE, "environment Environment", "directory Directory")
    assert decided(watched.run(WORD="mine").json) == decided(alone.json)


def test_a_killed_process_keeps_what_was_committed_and_is_resumed(project: Project) -> None:
    steps = "".join(f"      - {{id: s{number}, type: log, inputs: {{message: hi}}}}\n" for number in range(200))
    watched = Watched(
        project, f"flow: {{id: f}}\njobs:\n  - id: a\n    steps:\n{steps}      - {{id: z, type: pause}}\n"
    )
    code = """
    class Killer(ObserverPlugin):
        def on_event(self, event):
            if event.type == "step_finished":
                os._exit(0)
    """
    watched.observers(code, "killer Killer")
    pause = "import time\nfrom aetherflow.core.api import register_step\n\n\n"
    pause += '@register_step("pause")\ndef pause(ctx, inputs):\n    time.sleep(1)\n'
    (watched.root / "plugins" / "steps.py").write_text(pause)
    killed = watched.run("--run-id", "one")
    assert (killed.exit_code, killed.stdout) == (0, "")
    finished = [event["step_id"] for event in watched.recorded("one") if event["type"] == "step_finished"]
    assert finished
    watched.observers("")
    resumed = watched.run("--resume", "one")
    assert resumed.exit_code == 0
    again = [event["step_id"] for event in watched.recorded("one") if event["type"] == "step_finished"]
    assert [step for step in again if again.count(step) > 1] == []
    assert again[: len(finished)] == finished
