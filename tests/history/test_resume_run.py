"""A run is continued by its id alone: it knows its flow."""

import os
from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.operations.resume_run import resume_request
from aetherflow.core.operations.run_flow import run
from tests.history.conftest import TWO_JOBS, Past


def test_a_run_is_continued_from_any_folder(past: Past, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    past.run("r1")
    monkeypatch.chdir("/")
    (past.root / "fixed").touch()
    result = run(resume_request(past.env, "r"))
    assert (result.run_id, result.status) == ("r1", RunStatus.SUCCESS)


def test_a_flow_that_was_named_from_its_folder_is_found_again(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    past.run("r1")
    (past.root / "flow.yaml").rename(past.root / "other.yaml")
    monkeypatch.chdir(past.root)
    again = resume_request(past.env, "r1").__class__(flow="other.yaml", environ=past.env, run_id="r2")
    run(again)
    monkeypatch.chdir("/")
    assert resume_request(past.env, "r2").flow == str(past.root / "other.yaml")


def test_the_workflow_and_the_jobs_are_those_of_the_start(past: Past) -> None:
    first, second = ({"flow": {"id": flow_id}, "jobs": [job]} for flow_id, job in (("one", JOB), ("two", JOB)))
    text = f"version: 1\nworkflows: {{first: {first}, second: {second}}}".replace("'", '"')
    past.run("r1", text, workflow="second", jobs=("only",))
    assert resume_request(past.env, "r1").workflow == "second"
    assert list(run(resume_request(past.env, "r1")).jobs) == ["only"]


JOB = {"id": "only", "steps": [{"id": "fail", "type": "fail", "inputs": {"message": "no"}}]}


def test_a_state_file_of_its_own_is_used_again(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    own = "flow: {id: daily, state: {path: own/state.db}}"
    past.run("r1", TWO_JOBS.replace("flow: {id: daily}", own))
    state_file = past.root / "own" / "state.db"
    request = resume_request(past.env, "r1", state_file=state_file, accept_changes=True)
    assert request.state_file == Path(os.path.realpath(state_file))
    assert request.accept_changes
    assert run(request).status is RunStatus.FAILED
    assert not past.state_file.exists()


def test_a_flow_from_standard_input_has_to_be_given_again(past: Past) -> None:
    past.record("r1", flow_source="<stdin>", status=RunStatus.FAILED)
    with pytest.raises(InputError) as caught:
        resume_request(past.env, "r1")
    assert caught.value.diagnostics[0].code == "AF-R504"
    assert caught.value.hint == "give the flow again: aetherflow run - --resume r1 < FLOW"
