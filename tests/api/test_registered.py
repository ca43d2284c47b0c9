"""What the public API tells of steps, connectors and plugins, with none of their code run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from aetherflow.core.api import (
    InputError,
    get_connector,
    get_plugin,
    get_step,
    list_connectors,
    list_plugins,
    list_steps,
    run_flow,
    validate_flow,
)
from aetherflow.version import VERSION
from tests.support.registered import CONNECTOR_NAMES

PLUGIN = """\
raise SystemExit("this must not run")
from aetherflow.core.api import ConnectorBase, Step, register_connector, register_step

@register_step("greet")
class Greet(Step):
    '''Greets somebody.'''
    effects = "pure"
    def run(self, ctx, inputs): ...

@register_connector(kind="crm", driver="acme")
class Acme(ConnectorBase):
    def connect(self): ...
"""
MANIFEST = """\
name: greeting
version: "1.2.0"
author: Ann
description: Greets people.
compatible_versions: ">=0.1"
required_permissions: ["env:LANG"]
"""
RUNNABLE = """\
from aetherflow.core.api import register_step

@register_step("greet")
def greet(ctx, inputs):
    return {"said": "hello"}
"""
FLOW = "version: 1\nflow: {id: f}\njobs: [{id: main, steps: [{id: say, type: greet}]}]\n"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Give an environment whose state is the test's own."""
    return {"AETHERFLOW_STATE_ROOT": str(tmp_path / "state"), "AETHERFLOW_WORK_ROOT": str(tmp_path / "work")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a plugin that cannot be run."""
    plugin = tmp_path / "greetings"
    plugin.mkdir()
    (plugin / "greet.py").write_text(PLUGIN)
    (plugin / "aetherflow-plugin.yaml").write_text(MANIFEST)
    return plugin


def test_the_built_ins_are_listed_in_order(env: dict[str, str]) -> None:
    names = list_steps(env=env)
    assert names == sorted(names)
    assert {"log", "external.process"} <= set(names)
    assert "db:sqlite3" in list_connectors(env=env)


def test_the_plugins_of_the_environment_are_listed(env: dict[str, str], folder: Path) -> None:
    with_plugin = {**env, "AETHERFLOW_PLUGIN_PATHS": str(folder)}
    assert set(list_steps(env=with_plugin)) - set(list_steps(env=env)) == {"greet"}
    assert set(list_connectors(env=with_plugin)) - set(list_connectors(env=env)) == {"crm:acme"}


def test_the_process_s_own_environment_and_folder_are_the_default(
    env: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**env, "AETHERFLOW_PLUGIN_PATHS": "greetings"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder.parent)
    assert "greet" in list_steps()
    assert "crm:acme" in list_connectors()
    assert get_plugin("greeting") in list_plugins()


def test_plugin_paths_are_those_of_the_flag(env: dict[str, str], folder: Path) -> None:
    assert get_step("greet", env=env, plugin_paths=[folder]).origin == "flag"


def test_a_step_is_told_with_its_place(env: dict[str, str], folder: Path) -> None:
    step = get_step("greet", env=env, plugin_paths=[str(folder)])
    assert (step.plugin, step.version, step.summary, step.effects) == ("greeting", "1.2.0", "Greets somebody.", "pure")
    assert (step.file, step.line) == (str(folder / "greet.py"), 4)


def test_a_step_is_loaded_when_that_is_asked_for(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "greet.py").write_text(RUNNABLE)
    greet = get_step("greet", env=env, plugin_paths=[tmp_path / "greet.py"]).load()
    assert greet(None, {}) == {"said": "hello"}


def test_a_connector_is_known_by_kind_and_driver(env: dict[str, str], folder: Path) -> None:
    assert get_connector("crm:acme", env=env, plugin_paths=[folder]).line == 10


@pytest.mark.parametrize(
    ("get", "name", "message", "hint"),
    [
        (get_step, "gret", 'unknown step type "gret"', 'did you mean "greet"?'),
        (get_connector, "crm:acne", 'unknown connector "crm:acne"', 'did you mean "crm:acme"?'),
        (
            get_connector,
            "x",
            'unknown connector "x"',
            f"there are: {', '.join(sorted(['crm:acme', *CONNECTOR_NAMES]))}",
        ),
        (get_plugin, "greetings", 'unknown plugin "greetings"', 'did you mean "greeting"?'),
    ],
)
def test_an_unknown_name_is_an_input_error_with_the_name_that_was_meant(
    env: dict[str, str], folder: Path, get: Callable[..., object], name: str, message: str, hint: str
) -> None:
    with pytest.raises(InputError) as raised:
        get(name, env=env, plugin_paths=[folder])
    assert (str(raised.value), raised.value.hint) == (message, hint)


def test_an_unknown_name_is_a_key_error_too(env: dict[str, str]) -> None:
    with pytest.raises(KeyError):
        get_step("gret", env=env)


def test_plugins_say_who_they_are_the_built_ins_first(env: dict[str, str], folder: Path) -> None:
    listed = list_plugins(env=env, plugin_paths=[folder])
    assert (listed[0].name, listed[0].version) == ("aetherflow", VERSION)
    (greeting,) = [plugin for plugin in listed if plugin.name == "greeting"]
    assert (greeting.version, greeting.author, greeting.description) == ("1.2.0", "Ann", "Greets people.")
    assert (greeting.compatible_versions, greeting.required_permissions) == (">=0.1", ("env:LANG",))


def test_a_plugin_that_says_nothing_is_described_by_what_it_registers(env: dict[str, str], folder: Path) -> None:
    (folder / "aetherflow-plugin.yaml").unlink()
    plugin = get_plugin("greetings", env=env, plugin_paths=[folder])
    assert (plugin.version, plugin.author) == ("0", "unknown")
    assert plugin.description == "Registers step greet, connector crm:acme."


def test_the_plugin_of_every_step_can_be_asked_for(env: dict[str, str], folder: Path) -> None:
    for name in list_steps(env=env, plugin_paths=[folder]):
        assert get_plugin(get_step(name, env=env, plugin_paths=[folder]).plugin, env=env, plugin_paths=[folder]).name


def test_a_plugin_that_may_not_load_says_why(env: dict[str, str], folder: Path) -> None:
    (folder / "aetherflow-plugin.yaml").write_text(MANIFEST.replace(">=0.1", ">=99"))
    assert "greet" not in list_steps(env=env, plugin_paths=[folder])
    with pytest.raises(InputError, match=r'the plugin "greeting" is left out: .*99'):
        get_plugin("greeting", env=env, plugin_paths=[folder])


def test_a_program_runs_a_flow_with_plugins_out_of_a_folder(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "greet.py").write_text(RUNNABLE)
    (tmp_path / "flow.yaml").write_text(FLOW)
    result = run_flow(tmp_path / "flow.yaml", env=env, plugin_paths=[tmp_path / "greet.py"])
    assert result.jobs["main"].steps["say"].outputs == {"said": "hello"}


def test_a_program_validates_a_flow_with_plugins_out_of_a_folder(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "greet.py").write_text(RUNNABLE)
    (tmp_path / "flow.yaml").write_text(FLOW)
    assert [each.code for each in validate_flow(tmp_path / "flow.yaml", env=env)] == ["AF-F204"]
    assert validate_flow(tmp_path / "flow.yaml", env=env, plugin_paths=[tmp_path / "greet.py"]) == []
