"""`run_flow`: flows as mappings, texts and files; and the fixtures as an author's own pytest finds them."""

from pathlib import Path

import pytest

from aetherflow.core.api import Event, InputError
from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.testing import FlowRunner
from tests.plugin_testing.conftest import AuthorsFolder

STEPS = [{"id": "say", "type": "log", "inputs": {"message": "{{params.word}}"}}]
FLOW = {
    "flow": {"id": "said"},
    "params": {"word": {"type": "string", "default": "hello"}},
    "jobs": [{"id": "talk", "steps": STEPS}],
}
TEXT = """
flow: {id: said}
jobs:
  - id: talk
    steps: [{id: say, type: log, inputs: {message: hello}}]
"""


def test_a_flow_may_be_a_mapping(run_flow: FlowRunner) -> None:
    result = run_flow(FLOW, {"word": "hi"})
    assert result.jobs["talk"].steps["say"].outputs == {"message": "hi"}


def test_a_flow_may_be_a_text(run_flow: FlowRunner) -> None:
    assert run_flow(TEXT).jobs["talk"].steps["say"].outputs == {"message": "hello"}


def test_a_flow_may_be_a_file(run_flow: FlowRunner, tmp_path: Path) -> None:
    (tmp_path / "flow.yaml").write_text(TEXT)
    assert run_flow(tmp_path / "flow.yaml").status == "SUCCESS"
    assert run_flow(str(tmp_path / "flow.yaml")).status == "SUCCESS"


def test_state_and_workspaces_lie_in_the_tests_folder(run_flow: FlowRunner, tmp_path: Path) -> None:
    run_flow(FLOW)
    assert (tmp_path / ".aetherflow" / "state" / "state.db").is_file()


def test_a_failed_run_can_be_resumed(run_flow: FlowRunner, events: list[Event]) -> None:
    flow = {
        "flow": {"id": "said"},
        "jobs": [{"id": "talk", "steps": [*STEPS, {"id": "no", "type": "fail", "inputs": {"message": "no"}}]}],
        "params": FLOW["params"],
    }
    first = run_flow(flow)
    again = run_flow(flow, resume=True)
    assert (first.status, again.status, again.run_id) == ("FAILED", "FAILED", first.run_id)
    assert [each.step_id for each in events if each.type == "step_started"] == ["say", "no", "no"]


def test_a_flow_that_cannot_run_is_refused_with_its_findings(run_flow: FlowRunner) -> None:
    with pytest.raises(InputError, match="AF-F204"):
        run_flow({"flow": {"id": "x"}, "jobs": [{"id": "a", "steps": [{"id": "b", "type": "no_such_type"}]}]})


PLUGIN = """
    from aetherflow.core.api import register_step

    @register_step("double")
    def double(ctx, inputs):
        return {"twice": 2 * inputs["n"]}
"""
TEST = """
    def test_double(run_step, run_flow, events):
        assert run_step("double", {"n": 4}).outputs == {"twice": 8}
        assert events[-1].type == "run_finished"
"""


def test_the_plugin_that_a_test_lies_in_is_loaded_by_itself(author: AuthorsFolder) -> None:
    author.write("aetherflow-plugin.yaml", "name: doubling\n")
    author.write("steps.py", PLUGIN)
    author.write("conftest.py", 'pytest_plugins = ["aetherflow.testing"]\n')
    author.write("tests/test_double.py", TEST)
    done = author.pytest()
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_fixtures_can_be_had_by_an_option(author: AuthorsFolder) -> None:
    author.write("aetherflow-plugin.yaml", "name: doubling\n")
    author.write("steps.py", PLUGIN)
    author.write("test_double.py", TEST)
    done = author.pytest("-p", "aetherflow.testing")
    assert done.returncode == 0, done.stdout + done.stderr


def test_nobody_has_the_fixtures_who_has_not_named_them(author: AuthorsFolder) -> None:
    author.write("test_double.py", TEST)
    done = author.pytest()
    assert done.returncode == 1
    assert "fixture 'run_step' not found" in done.stdout


def test_other_plugins_are_loaded_where_conftest_says_so(author: AuthorsFolder) -> None:
    author.write("src/doubling/__init__.py", PLUGIN)
    author.write(
        "conftest.py",
        """
        from pathlib import Path

        import pytest

        pytest_plugins = ["aetherflow.testing"]


        @pytest.fixture
        def plugin_paths():
            return [Path(__file__).parent / "src" / "doubling"]
        """,
    )
    author.write("tests/test_double.py", TEST)
    done = author.pytest()
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_refusal_shows_its_findings_in_the_report_of_the_test(author: AuthorsFolder) -> None:
    author.write("conftest.py", 'pytest_plugins = ["aetherflow.testing"]\n')
    author.write("test_wrong.py", "def test_wrong(run_step):\n    run_step('lgo', {'message': 'x'})\n")
    done = author.pytest()
    assert done.returncode == 1
    assert 'error[AF-F204]: unknown step type "lgo"' in done.stdout
    assert 'did you mean "log"?' in done.stdout


def test_the_core_imports_no_pytest() -> None:
    import subprocess
    import sys

    probe = "import sys, aetherflow.core.api, aetherflow.core.operations.run_flow; print('pytest' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_who_loads_no_plugin_is_told_how_one_is_found(run_flow: FlowRunner) -> None:
    flow = {"flow": {"id": "x"}, "jobs": [{"id": "a", "steps": [{"id": "b", "type": "orders.count"}]}]}
    with pytest.raises(InputError, match=r"(?s)AF-F204.*above it that has an aetherflow-plugin\.yaml would be one"):
        run_flow(flow, plugin_paths=())
    with pytest.raises(InputError) as refused:
        run_flow(flow, plugin_paths=["plugins"])
    assert "would be one" not in "".join(refused.value.__notes__)


def test_the_plugins_file_of_a_flow_that_is_no_file_is_the_tests_own(
    run_flow: FlowRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "plugins.yaml").write_text("plugins: [{id: a, module: nowhere.Observer}]\n")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert run_flow(TEXT).status == "SUCCESS"
    (tmp_path / "plugins.yaml").write_text("plugins: [{id: b, module: nowhere.Observer}]\n")
    with pytest.raises(PluginRefused, match="nowhere"):
        run_flow(TEXT)
