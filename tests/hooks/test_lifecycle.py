"""A plugin with a life of its own: one object for a run, loaded before the first hook, unloaded after the last."""

import time
from typing import Any

import pytest

from aetherflow.core.api import BasePlugin, PluginMetadata, register_plugin
from aetherflow.core.contracts.errors import PluginRefused, StateError
from aetherflow.core.state.store import StateStore
from tests.hooks.conftest import Hooked, hook
from tests.hooks.plugins import notes, with_hooks
from tests.support.project import Project

STEP = "- {id: s, type: echo, inputs: {a: 1}}"
METADATA = PluginMetadata(name="audit", version="1.0.0", author="Tests", description="Tells its life.")


def living(life: list[Any], name: str = "audit", **methods: Any) -> type[BasePlugin]:
    """Make a plugin that tells what happens to it; ``methods`` take the place of its own."""

    class Audit(BasePlugin):
        metadata = METADATA

        def on_load(self, context: Any) -> None:
            life.append(f"{name} loaded")

        def on_unload(self) -> None:
            life.append(f"{name} unloaded")

        def handle_hook(self, hook: Any, data: dict[str, Any]) -> None:
            life.append(f"{name} {hook}")

    for method, function in methods.items():
        setattr(Audit, method, function)
    return register_plugin(name)(Audit)


def failing(*arguments: Any) -> None:
    """Fail."""
    raise ConnectionError("no audit server")


def test_it_is_loaded_before_the_first_hook_and_unloaded_after_the_last(hooked: Hooked) -> None:
    life: list[Any] = []
    result = hooked.run(
        STEP,
        living(life),
        hook("before_run", lambda data, ctx: life.append("function before_run")),
        hook("after_run", lambda data, ctx: life.append("function after_run")),
    )
    assert result.status == "SUCCESS"
    assert life[:3] == ["audit loaded", "function before_run", "audit before_run"]
    assert life[-3:] == ["function after_run", "audit after_run", "audit unloaded"]


def test_each_run_has_an_object_of_its_own(hooked: Hooked) -> None:
    made: list[int] = []
    plugin = living([], __init__=lambda self: made.append(id(self)) or setattr(self, "keep", made))
    hooked.run(STEP, plugin)
    hooked.run(STEP, plugin)
    assert len(made) == 2


def test_its_context_has_what_plugins_yaml_says_and_where_it_is(hooked: Hooked) -> None:
    hooked.settings("settings: {audit: {config: {url: here}}}")
    found: list[Any] = []

    async def on_load(self: Any, context: Any) -> None:
        found.append((context.plugin_id, context.config, context.flow_id, context.run_id, context.env["HOME"]))
        context.log.info("ready")

    hooked.run(STEP, living([], on_load=on_load), run_id="r")
    assert found == [("tests.hooks.test_lifecycle", {"url": "here"}, "f", "r", str(hooked.root))]
    (logged,) = hooked.told("log")
    assert logged.payload == {"level": "info", "message": "ready", "plugin": "tests.hooks.test_lifecycle"}
    assert hooked.events[0].type == "run_started"


def test_metadata_may_be_a_property(hooked: Hooked) -> None:
    plugin = living([])
    del plugin.metadata
    plugin.metadata = property(lambda self: METADATA)  # type: ignore[assignment]  # as the second way to say it
    assert hooked.run(STEP, plugin).status == "SUCCESS"


def test_a_sub_class_without_a_decorator_may_be_handed_over_too(hooked: Hooked) -> None:
    class Plain(BasePlugin):
        metadata = METADATA

        def handle_hook(self, hook: Any, data: dict[str, Any]) -> Any:
            return {"inputs": {"a": 2}} if hook == "before_step" else None

    hooked.run(STEP, Plain)
    assert hooked.calls == [{"a": 2}]


@pytest.mark.parametrize(
    ("methods", "problem"),
    [
        ({"on_load": failing}, "raised ConnectionError: no audit server"),
        ({"__init__": failing}, "raised ConnectionError: no audit server"),
        ({"metadata": None}, "has no metadata: give it a PluginMetadata with name, version, author and description"),
        ({"metadata": {"name": "audit"}}, "has metadata of type dict, and they must be a PluginMetadata"),
        ({"metadata": property(failing)}, "raised ConnectionError: no audit server"),
        (
            {"metadata": PluginMetadata("audit", "1", "a", "d", compatible_versions=">=99")},
            'works with AetherFlow\'s API ">=99", and this is ',
        ),
    ],
)
def test_one_that_does_not_load_ends_the_run_before_any_job(
    methods: dict[str, Any], problem: str, hooked: Hooked
) -> None:
    life: list[Any] = []
    with pytest.raises(PluginRefused) as refused:
        hooked.run(STEP, living(life, "a_first"), living(life, "audit", **methods))
    (finding,) = refused.value.diagnostics
    assert (finding.code, refused.value.exit_code, hooked.calls) == ("AF-H120", 3, [])
    assert finding.message.startswith(f'the plugin "audit" cannot take part in the run: it {problem}')
    assert finding.span is not None
    assert finding.span.file == __file__
    assert life == ["a_first loaded", "a_first unloaded"]
    gated, finished = hooked.told("job_gated", "run_finished")
    assert (gated.payload["status"], finished.payload["status"]) == ("NOT_RUN", "FAILED")


def test_one_that_takes_too_long_to_load_is_refused(hooked: Hooked) -> None:
    hooked.settings("limits: {timeout_seconds: 0.1}")
    with pytest.raises(PluginRefused, match=r"it took 0\.\d+ s, and limits\.timeout_seconds allows 0\.1 s"):
        hooked.run(STEP, living([], on_load=lambda self, context: time.sleep(0.2)))


@pytest.mark.parametrize("setting", ["tolerated", "lenient"])
def test_a_run_that_tolerates_it_goes_on_without_one_that_does_not_load(setting: str, hooked: Hooked) -> None:
    env = {}
    if setting == "tolerated":
        hooked.settings("settings: {audit: {on_error: warn}}")
    else:
        env = {"AETHERFLOW_PLUGIN_STRICT": "false"}
    life: list[Any] = []
    result = hooked.run(STEP, living(life, on_load=failing), env=env)
    assert (result.status, life) == ("SUCCESS", [])
    (warning,) = hooked.messages()
    assert warning == (
        'the plugin "audit" cannot take part in the run: it raised ConnectionError: no audit server; '
        "the run goes on without it"
    )


def test_all_are_unloaded_the_last_first_and_one_that_fails_fails_the_run(hooked: Hooked) -> None:
    life: list[Any] = []
    quiet = {"handle_hook": BasePlugin.handle_hook}
    result = hooked.run(
        STEP,
        living(life, "one", **quiet),
        living(life, "two", on_unload=failing, **quiet),
        living(life, "six", **quiet),
    )
    assert life == ["one loaded", "two loaded", "six loaded", "six unloaded", "one unloaded"]
    assert (result.status, result.jobs["main"].status) == ("FAILED", "SUCCESS")
    (finding,) = result.diagnostics
    assert finding.code == "AF-H111"
    assert finding.message.startswith(
        'the plugin "two" could not be unloaded: it raised ConnectionError: no audit server (/'
    )


def test_a_tolerated_plugin_that_cannot_be_unloaded_is_a_warning(hooked: Hooked) -> None:
    hooked.settings("settings: {audit: {on_error: warn}}")
    assert hooked.run(STEP, living([], on_unload=failing)).status == "SUCCESS"
    assert hooked.messages()[0].startswith('the plugin "audit" could not be unloaded: it raised ConnectionError')


def test_it_is_unloaded_where_a_hook_stops_the_run(hooked: Hooked) -> None:
    life: list[Any] = []
    hooked.run(STEP, living(life), hook("before_run", failing))
    assert life == ["audit loaded", "audit after_run", "audit unloaded"]


def test_it_is_unloaded_where_the_runner_itself_cannot_go_on(hooked: Hooked, monkeypatch: pytest.MonkeyPatch) -> None:
    life: list[Any] = []

    def cut_the_ground(data: dict[str, Any], ctx: Any) -> None:
        def commit(store: StateStore, batch: Any) -> None:
            raise StateError("the disk is full")

        monkeypatch.setattr(StateStore, "commit", commit)

    with pytest.raises(StateError, match="the disk is full"):
        hooked.run(STEP, living(life), hook("before_job", cut_the_ground))
    assert life[-1] == "audit unloaded"


def test_a_plugin_that_answers_no_hook_is_not_asked(hooked: Hooked) -> None:
    life: list[Any] = []
    hooked.run(STEP, living(life, handle_hook=BasePlugin.handle_hook))
    assert life == ["audit loaded", "audit unloaded"]


def test_on_the_command_line_the_finding_shows_the_line_and_the_code_is_3(project: Project) -> None:
    with_hooks(
        project,
        """
    @register_plugin("audit")
    class Audit(BasePlugin):
        metadata = PluginMetadata(name="audit", version="1.0", author="a", description="d")
        def on_load(self, context):
            self.token = context.env["AUDIT_TOKEN"]
""",
    )
    outcome = project.aetherflow("run", "flow.yaml", "--run-id", "r")
    assert (outcome.exit_code, notes(project)) == (3, [])
    error = outcome.stderr[outcome.stderr.index("error[") :]
    assert error == (
        "error[AF-H120]: the plugin \"audit\" cannot take part in the run: it raised KeyError: 'AUDIT_TOKEN'\n"
        " --> shop/hooks.py:7:9\n"
        "  |\n"
        '7 |         self.token = context.env["AUDIT_TOKEN"]\n'
        "  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  |\n"
        "  = correct the line; `on_error: warn` under settings of plugins.yaml lets runs go on without the plugin\n"
        "\n1 error\n"
    )
    shown = project.aetherflow("runs", "show", "r", "--json").json
    assert (shown["status"], shown["jobs"]["main"]["status"]) == ("FAILED", "NOT_RUN")
    resumed = project.aetherflow("run", "flow.yaml", "--resume", "r", AUDIT_TOKEN="x")
    assert (resumed.exit_code, len(notes(project))) == (0, 2)
