"""What a program hands over in the wrong kind is told in one sentence, by one exception, before anything is done."""

from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import (
    WorkflowCompilerPlugin,
    WorkflowCompilerRegistry,
    compile_document,
    create_compiler,
    fetch_text,
    run_flow,
    validate_flow,
)
from tests.compilers.flows import FLOW
from tests.support.project import clean_environment

FOUND = [
    ("run_flow(3)", "flow must be a text or a Path, found int"),
    ("run_flow(b'flow.yaml')", "flow must be a text or a Path, found bytes"),
    ("run_flow(None)", "flow must be a text or a Path, found NoneType"),
    ("run_flow(F, params=['a'])", "params must be a mapping with texts as keys, found list"),
    ("run_flow(F, params='a=b')", "params must be a mapping with texts as keys, found str"),
    ("run_flow(F, params={1: 2})", "params must be a mapping with texts as keys, found one with a key of the kind int"),
    ("run_flow(F, params={'day': object()})", 'the parameter "day" must be what JSON can say, found object'),
    ("run_flow(F, plugins=3)", "plugins must be a list, found int"),
    ("run_flow(F, plugins='abc')", "plugins must be a list, found str"),
    ("run_flow(F, observers=print)", "observers must be a list, found builtin_function_or_method"),
    ("run_flow(F, env=['a'])", "env must be a mapping of texts to texts, found list"),
    ("run_flow(F, env={'A': 1})", "env must be a mapping of texts to texts, found one with a value of the kind int"),
    ("run_flow(F, plugin_paths='plugins')", "plugin_paths must be a list of texts and Paths, found str"),
    ("run_flow(F, plugin_paths=[3])", "plugin_paths must be a list of texts and Paths, found one with int in it"),
    ("run_flow(F, run_id=7)", "run_id must be a text, found int"),
    ("run_flow(F, run_key=7)", "run_key must be a text, found int"),
    ("run_flow(F, resume='yes')", "resume must be True or False, found str"),
    ("validate_flow(3)", "flow must be a text or a Path, found int"),
    ("validate_flow(F, env=3)", "env must be a mapping of texts to texts, found int"),
    ("validate_flow(F, plugins=3)", "plugins must be a list, found int"),
    ("create_compiler(3)", "uri must be a text, found int"),
    ("create_compiler('yaml://', 3)", "plugin_class must be a sub-class of WorkflowCompilerPlugin, found int"),
    ("create_compiler('yaml://', str)", "plugin_class must be a sub-class of WorkflowCompilerPlugin, found str"),
    ("create_compiler('yaml://', Mine())", "plugin_class must be a sub-class of WorkflowCompilerPlugin, found Mine"),
    ("create_compiler('yaml://', plugin_options=3)", "plugin_options must be a mapping with texts as keys, found int"),
    (
        "create_compiler('yaml://', plugin_options={1: 2})",
        "plugin_options must be a mapping with texts as keys, found one with a key of the kind int",
    ),
    ("create_compiler('yaml://', env=3)", "env must be a mapping of texts to texts, found int"),
    ("compile_document(T, source=3)", "source must be a text, found int"),
    ("compile_document(T, workflow_name=3)", "workflow_name must be a text, found int"),
    ("compile_document(T).invoke(3)", "params must be a mapping with texts as keys, found int"),
    ("compile_document(T).invoke(env=3)", "env must be a mapping of texts to texts, found int"),
    ("next(compile_document(T).stream(run_id=3))", "run_id must be a text, found int"),
    ("compile_document(T).get_graph(plugins=3)", "plugins must be a list, found int"),
    ("fetch_text(3)", "uri must be a text, found int"),
    ("fetch_text(U, headers=3)", "headers must be a mapping of texts to texts, found int"),
    (
        "fetch_text(U, headers={'a': 3})",
        "headers must be a mapping of texts to texts, found one with a value of the kind int",
    ),
    ("fetch_text(U, options=3)", "options must be a mapping with texts as keys, found int"),
    ("fetch_text(U, timeout_seconds='3')", "timeout_seconds must be a number above 0, at most a day, found str"),
    ("fetch_text(U, timeout_seconds=-3)", "timeout_seconds must be a number above 0, at most a day, found -3"),
    (
        "fetch_text(U, timeout_seconds=float('nan'))",
        "timeout_seconds must be a number above 0, at most a day, found nan",
    ),
    ("fetch_text(U, known='x')", "known must be what fetch_text has given, found str"),
    ("fetch_text(U, env=3)", "env must be a mapping of texts to texts, found int"),
    ("WorkflowCompilerRegistry().register(3, Mine)", "scheme must be a text, found int"),
    ("WorkflowCompilerRegistry().create(3)", "uri must be a text, found int"),
]


class Mine(WorkflowCompilerPlugin):
    """Makes nothing."""


@pytest.mark.parametrize(("call", "told"), FOUND, ids=[call for call, _ in FOUND])
def test_the_wrong_kind_is_told(call: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flow.yaml").write_text(FLOW)
    known = (WorkflowCompilerRegistry, compile_document, create_compiler, fetch_text, run_flow, validate_flow, Mine)
    names = {each.__name__: each for each in known}
    with pytest.raises(TypeError) as raised:
        eval(call, {**names, "F": "flow.yaml", "T": FLOW, "U": "http://127.0.0.1:1/flow.yaml"})
    assert str(raised.value) == told
    assert [path.name for path in tmp_path.iterdir()] == ["flow.yaml"]


@pytest.mark.parametrize("plugins", [[], (), set(), {}.values()])
def test_any_collection_and_any_path_will_do(plugins: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flow.yaml").write_text(FLOW)
    env = clean_environment(tmp_path)
    assert run_flow(Path("flow.yaml"), plugins=plugins, plugin_paths=(Path(),), env=env).status == "SUCCESS"
