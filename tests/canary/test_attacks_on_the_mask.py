"""Ways around the mask that were found by trying: texts cut before they were masked, or put together afterwards."""

import re
from pathlib import Path

from tests.support.project import Project

SECRET = "0123456789abcdef" * 8


def flow(step: str) -> str:
    return f"version: 1\nflow: {{id: x}}\njobs:\n  - id: a\n    steps:\n      - {step}\n"


def everything(project: Project, step: str, *options: str, secret: str = SECRET) -> str:
    """Run a one-step flow and give all that came out and all that was stored."""
    project.write("flow.yaml", flow(step))
    outcome = project.aetherflow("run", "flow.yaml", "--json", *options, DB_PASSWORD=secret)
    assert outcome.exit_code in (0, 1), outcome.stderr
    stored = [path for path in (project.root / "state").rglob("*") if path.is_file()]
    return outcome.stdout + outcome.stderr + "".join(path.read_bytes().decode("latin-1") for path in stored)


def assert_no_piece(text: str, secret: str = SECRET) -> None:
    assert secret[:12] not in text
    assert secret[-12:] not in text


def test_a_failure_that_quotes_its_input_stores_no_secret(project: Project):
    assert_no_piece(everything(project, '{id: s, type: fail, inputs: {message: "tok {{env.DB_PASSWORD}}"}}'))


def test_output_that_is_no_json_is_masked_before_it_is_cut(project: Project):
    step = (
        """{id: s, type: external.process, inputs: {command: 'printf "%s" "$DB_PASSWORD"', shell: true, parse: json}}"""
    )
    assert_no_piece(everything(project, step))


def test_output_beyond_its_cap_does_not_end_in_half_a_secret(project: Project):
    step = """{id: s, type: external.process, inputs:
          {command: 'printf "%01000d%s" 0 "$DB_PASSWORD"', shell: true, log: {max_capture_kb: 1}}}"""
    assert_no_piece(everything(project, step))


def test_a_very_long_secret_is_not_in_the_tail_of_a_failure(project: Project):
    secret = "".join(f"{number:05d}-" for number in range(3400))
    step = (
        """{id: s, type: external.process, inputs: {command: 'printf "%s" "$DB_PASSWORD" >&2; exit 3', shell: true}}"""
    )
    text = everything(project, step, secret=secret)
    assert not re.search(r"\d{5}-\d{5}-\d{5}-", text)


def test_a_secret_that_is_no_utf8_is_masked(project: Project):
    secret = "hunter2hunter2\udcffrest"
    step = """{id: s, type: external.process, inputs: {command: 'echo "$DB_PASSWORD" >&2; exit 3', shell: true}}"""
    assert "hunter2hunter2" not in everything(project, step, secret=secret)


def test_an_escape_sequence_inside_a_secret_does_not_hide_it(project: Project):
    code = "import os; p = os.environ['DB_PASSWORD']; print(p[:6] + '\\\\x1b[1m' + p[6:])"
    step = (
        f"""{{id: s, type: external.process, inputs: {{command: [python3, -c, "{code}"], log: {{stdout: inherit}}}}}}"""
    )
    project.write("flow.yaml", flow(step))
    outcome = project.aetherflow("run", "flow.yaml", DB_PASSWORD=SECRET)
    logs = "".join(path.read_text() for path in (project.root / "state").rglob("run.log"))
    assert outcome.exit_code == 0
    assert_no_piece(outcome.stderr + logs)


def test_a_dry_run_masks_conditions(project: Project):
    project.write(
        "flow.yaml",
        f"""
        version: 1
        flow: {{id: x}}
        jobs: [{{id: a, when: "'{SECRET}' == 'x'", steps: [{{id: l, type: log, inputs: {{message: x}}}}]}}]
        """,
    )
    for options in ([], ["--json"]):
        outcome = project.aetherflow("run", "flow.yaml", "--dry-run", *options, DB_PASSWORD=SECRET)
        assert_no_piece(outcome.stdout + outcome.stderr)


def test_a_job_folder_that_became_a_link_is_refused_by_the_next_step(project: Project, tmp_path: Path):
    victim = tmp_path / "victim"
    (victim / "fin").mkdir(parents=True)
    (victim / "fin" / "precious").write_text("mine")
    swap = f'cd ..; mv "$AETHERFLOW_RUN_ID" moved; ln -s {victim} "$AETHERFLOW_RUN_ID"'
    project.write(
        "flow.yaml",
        f"""
        version: 1
        flow: {{id: x}}
        jobs:
          - id: f
            steps:
              - {{id: x, type: external.process, inputs: {{shell: true, command: '{swap}'}}}}
              - id: w
                type: external.process
                inputs: {{command: ["true"], idempotency: {{strategy: atomic_dir, final_output_dir: fin}}}}
        """,
    )
    outcome = project.aetherflow("run", "flow.yaml")
    assert outcome.exit_code == 1
    assert "is a symbolic link" in outcome.stderr
    assert (victim / "fin" / "precious").read_text() == "mine"
