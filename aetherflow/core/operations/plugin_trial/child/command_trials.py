"""Trials of a command: the real command line, in a process of its own below this one and its bounds."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping

from aetherflow.core.operations.plugin_trial.child.ground import TrialGround
from aetherflow.core.operations.plugin_trial.values import Told, failed, not_run, passed

CODE = "AF-P913"
_LONGEST = 1000


def show_help(ground: TrialGround) -> Iterator[Told]:
    """Ask for its help page."""
    yield _told(ground, "help", ["--help"])


def call(ground: TrialGround) -> Iterator[Told]:
    """Run it with the words of its example; with made-up words it might do anything."""
    if ground.sample.arguments is None:
        why = "there are no sample arguments: give some under `examples` in aetherflow-plugin.yaml"
        yield not_run("call", why)
    else:
        yield _told(ground, "call", ground.sample.arguments)


def _told(ground: TrialGround, check: str, words: list[str]) -> Told:
    done = subprocess.run(
        # Not `-m` alone: that would put the current directory in front of everything that can be imported.
        [sys.executable, "-P", "-m", "aetherflow", ground.trial.name, *words],
        env={**ground.env, "AETHERFLOW_PLUGIN_PATHS": ",".join(ground.places)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=ground.limits.call_seconds,
        check=False,
    )
    if done.returncode:
        told = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        told = told if len(told) <= _LONGEST else f"…{told[-_LONGEST:]}"
        shown = " ".join([ground.trial.name, *words])
        return failed(check, CODE, f"`aetherflow {shown}` leaves with exit code {done.returncode}: {told}")
    if ground.canary.encode() in done.stdout + done.stderr:
        return failed(check, "AF-P907", "shows a secret of the environment")
    return passed(check, f"exit code 0, {len(done.stdout):,} bytes")


TRIALS: Mapping[str, Callable[[TrialGround], Iterator[Told]]] = {"help": show_help, "call": call}
