"""Code of a plugin that swallows whatever is raised in it can be stopped all the same."""

import signal
import subprocess
import time

from tests.plugin_runs.plugins import flow_of, write_plugin
from tests.support.project import Project

SWALLOWING = """
import time
from aetherflow.core.api import register_step

def try_on():
    open("ready", "w").close()
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            while time.monotonic() < until:
                pass
        except BaseException:
            pass

@register_step("wait")
def wait(ctx, inputs):
    try_on()
"""


def test_a_second_ctrl_c_ends_an_import_that_swallows_the_first(project: Project) -> None:
    running = started(project, SWALLOWING + "\ntry_on()\n")
    running.send_signal(signal.SIGINT)
    assert is_still_running(running)
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=20)
    assert running.returncode == -signal.SIGINT
    assert not (project.root / "state" / "state.db").exists()


def test_a_third_signal_ends_a_step_that_swallows_the_first_and_the_run_can_be_resumed(project: Project) -> None:
    running = started(project, SWALLOWING)
    for _ in range(2):
        running.send_signal(signal.SIGTERM)
        assert is_still_running(running)
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=20)
    assert running.returncode == -signal.SIGTERM
    write_plugin(project.root / "plugins", wait=SWALLOWING.replace("+ 120", "+ 0"))
    resumed = project.aetherflow("run", "flow.yaml", "--plugin-path", "plugins", "--resume", "--json")
    assert (resumed.exit_code, resumed.json["status"]) == (0, "SUCCESS")


def started(project: Project, plugin: str) -> "subprocess.Popen[str]":
    """Start a flow that waits in the plugin's code, and wait until it does."""
    write_plugin(project.root / "plugins", wait=plugin)
    project.write("flow.yaml", flow_of("wait"))
    running = project.start("run", "flow.yaml", "--plugin-path", "plugins")
    until = time.monotonic() + 30
    while not (project.root / "ready").exists() and time.monotonic() < until:
        time.sleep(0.02)
    return running


def is_still_running(process: "subprocess.Popen[str]") -> bool:
    """Give the signal time to arrive, and tell whether it was swallowed."""
    time.sleep(0.3)
    return process.poll() is None
