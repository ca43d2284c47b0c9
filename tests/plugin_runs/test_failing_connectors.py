"""What a plugin's connector raises is told with the line of the plugin that raised it."""

import pytest

from tests.plugin_runs.plugins import write_plugin
from tests.support.project import Project

DESK = """
from aetherflow.core.api import ConnectorBase, register_connector, register_step

@register_connector(kind="desk", driver="open")
class Desk(ConnectorBase):
    def __init__(self, *, config, options):
        self.fail_in(config, "__init__")
        self.config = config

    def connect(self):
        self.fail_in(self.config, "connect")

    def close(self):
        self.fail_in(self.config, "close")

    def fail_in(self, config, method):
        if config["fails_in"] == method:
            raise ValueError("nobody is there")

@register_step("ask")
def ask(ctx, inputs):
    ctx.connectors["desk"].connect()
"""
FLOW = """
version: 1
flow: {id: asking}
resources: {desk: {kind: desk, driver: open, config: {fails_in: METHOD}}}
jobs: [{id: main, steps: [{id: one, type: ask}]}]
"""
AT = "/plugins/desk.py:17)"


@pytest.mark.parametrize(
    ("method", "exit_code", "words"),
    [
        ("__init__", 1, 'resource "desk": its connector desk:open cannot be built: ValueError: nobody is there ('),
        ("connect", 1, "ValueError: nobody is there ("),
        ("close", 0, 'warning: resource "desk" did not close: ValueError: nobody is there ('),
    ],
)
def test_it_is_told_with_its_line(method: str, exit_code: int, words: str, project: Project) -> None:
    write_plugin(project.root / "plugins", desk=DESK)
    project.write("flow.yaml", FLOW.replace("METHOD", method))
    outcome = project.aetherflow("run", "flow.yaml", "--plugin-path", "plugins")
    assert outcome.exit_code == exit_code
    (line, *_) = [line for line in outcome.stderr.splitlines() if "nobody is there" in line]
    assert f"{words}{project.root}{AT}" in line
