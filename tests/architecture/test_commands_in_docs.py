"""Every command that the docs print runs, and prints what the docs say; times and run ids may differ."""

from pathlib import Path

import pytest

from tests.support.blocks import blocks, lines_in
from tests.support.play import pages, played, without_volatile
from tests.support.project import REPOSITORY, Project


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_commands_print_what_the_page_says(path: Path, tmp_path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    assert without_volatile(played(page, tmp_path)) == without_volatile(page)


def test_two_commands_of_readme_do_everything_and_ci_runs_these() -> None:
    install, check = lines_in((REPOSITORY / "README.md").read_text(encoding="utf-8"), "sh")
    assert install.endswith(".venv/bin/aetherflow run sample_flows/hello.yaml")
    assert check.endswith(".venv/bin/python -m tests.check")
    assert "tests/support/blocks.py README.md sh" in (REPOSITORY / ".ci/run").read_text(encoding="utf-8")


def test_the_first_example_of_readme_runs_once_it_is_corrected_as_the_findings_say(project: Project) -> None:
    (flow,) = [
        block.text
        for block in blocks((REPOSITORY / "README.md").read_text(encoding="utf-8"))
        if block.file_name == "orders.yaml"
    ]
    for wrong, right in (("external.proces\n", "external.process\n"), ("extrakt", "extract"), (".row}}", ".rows}}")):
        flow = flow.replace(wrong, right)
    project.write("orders.csv", "id,sum\n1,20\n2,30\n")
    outcome = project.aetherflow("run", project.write("orders.yaml", flow), "--json")
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.json["jobs"]["load"]["steps"]["tell"]["outputs"] == {"message": "3 rows"}
