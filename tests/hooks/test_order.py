"""Hooks are asked in the order in which their plugins load; those of one plugin by file and line."""

from tests.hooks.conftest import Hooked, hook
from tests.hooks.plugins import FLOW, STEPS, notes, with_hooks
from tests.support.project import Project

APPENDING = """
    @register_hook("before_step")
    def {name}(data, ctx):
        return {{"inputs": {{"a": f"{{data['inputs']['a']}} {name}"}}}}
"""


def test_hooks_of_one_plugin_are_asked_by_line_with_its_objects_among_them(project: Project) -> None:
    with_hooks(
        project,
        APPENDING.format(name="first")
        + """
    @register_plugin("middle")
    class Middle(BasePlugin):
        metadata = PluginMetadata(name="middle", version="1", author="a", description="d")
        def handle_hook(self, hook, data):
            return {"inputs": {"a": data["inputs"]["a"] + " middle"}} if hook is PluginHook.BEFORE_STEP else None
"""
        + APPENDING.format(name="last"),
    )
    outcome = project.aetherflow("run", "flow.yaml")
    assert outcome.exit_code == 0, outcome.stderr
    assert notes(project) == ["one {'a': '1 first middle last'}", "two {'a': '2 first middle last'}"]


def test_plugins_are_asked_as_they_load(project: Project) -> None:
    for name, text in {"b": APPENDING, "a": APPENDING, "c": APPENDING}.items():
        project.write(f"{name}/hooks.py", "    from aetherflow.core.api import *\n" + text.format(name=f"of_{name}"))
    project.write("b/aetherflow-plugin.yaml", 'name: b\nversion: "1"\nrequires: [c]\n')
    project.write("steps/steps.py", STEPS)
    project.write("flow.yaml", FLOW)
    outcome = project.aetherflow("run", "flow.yaml", AETHERFLOW_PLUGIN_PATHS="b,a,c,steps")
    assert outcome.exit_code == 0, outcome.stderr
    assert notes(project)[0] == "one {'a': '1 of_a of_c of_b'}"


def test_twenty_hooks_are_all_asked_in_order(hooked: Hooked) -> None:
    answers = [
        hook("before_step", lambda data, ctx, n=number: {"inputs": {"a": [*data["inputs"]["a"], n]}})
        for number in range(20)
    ]
    hooked.run("- {id: s, type: echo, inputs: {a: []}}", *answers)
    assert hooked.calls == [{"a": list(range(20))}]
    assert [list(event.payload["changed"]) for event in hooked.told("hook_patched")] == [["inputs.a"]] * 20
