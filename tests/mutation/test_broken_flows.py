"""No broken flow, however broken, ends in anything but a finding."""

from pathlib import Path

from tests.benchmarks.mutate import campaign
from tests.support.project import Project


def test_a_hundred_broken_flows_end_in_findings_in_little_time_and_memory(tmp_path: Path) -> None:
    report = campaign(tmp_path, count=100, seed=7, real_every=25)
    assert report.problems == []
    assert set(report.exit_codes) <= {0, 2}


def test_a_job_without_an_id_that_names_another_job_is_a_finding_only(project: Project) -> None:
    flow = project.write(
        "flow.yaml",
        """
        flow: {id: f}
        jobs:
          - {id: a, steps: [{id: s, type: log, inputs: {message: x}}]}
          - {when: jobs.a.status == "SUCCESS", steps: [{id: s, type: log, inputs: {message: x}}]}
        """,
    )
    outcome = project.aetherflow("validate", flow, "--json")
    assert outcome.exit_code == 2
    assert [finding["path"] for finding in outcome.json["diagnostics"]] == ["jobs[1]"]


def test_params_under_a_misspelt_name_are_findings_only(project: Project) -> None:
    flow = project.write(
        "flow.yaml",
        """
        version: 1
        flow: {id: f}
        parms: {name: {type: string}}
        jobs: [{id: a, steps: [{id: s, type: log, inputs: {message: "{{params.name}}"}}]}]
        """,
    )
    outcome = project.aetherflow("run", "--dry-run", flow)
    assert outcome.exit_code == 2
    assert 'unknown key "parms"' in outcome.stderr
    assert 'param "name" is required' in outcome.stderr
