"""Every fenced block of the pages by hand is executed by its sort; docs/codes.md has a test of its own."""

import re
import tomllib
from pathlib import Path

import pytest

from aetherflow.core.plugins.site_scan import scan_site
from tests.architecture.source import CODE, documentation
from tests.docs_blocks.frames import FLOW, PLUGIN, SMALL_FLOW, SMALL_PLUGIN, placed_package, placed_yaml, with_imports
from tests.docs_blocks.page_blocks import PageBlock, fences, page_blocks
from tests.docs_blocks.served import Folder
from tests.docs_blocks.test_shown import SHOWN
from tests.support.blocks import blocks, lines_in
from tests.support.play import pages
from tests.support.project import REPOSITORY

BLOCKS = page_blocks()
FOUND = re.compile(rf"(?:error|warning)\[({CODE.pattern})\]")
#: `bundle status` says so of every bundle that was not fetched: the manifest itself was read without a finding.
NOT_FETCHED = "AF-B215"
#: What the examples of the API call `flow.yaml`.
FLOW_OF_EXAMPLES = """\
flow: {id: said}
params: {day: {type: string, default: monday}}
jobs: [{id: main, steps: [{id: say, type: log, inputs: {message: "{{params.day}}"}}]}]
"""


def of(sort: str) -> list[PageBlock]:
    """Give the blocks of a sort."""
    return [each for each in BLOCKS if each.sort == sort]


def prepared(above: Path) -> Folder:
    """Give a project with a flow, a plugin, a secrets hook and the variables that pages name."""
    folder = Folder(above)
    profiles = "local_database: {config: {path: orders.db}}\n"
    folder.write(
        {
            FLOW: SMALL_FLOW,
            "profiles.yaml": profiles,
            f"{PLUGIN}/steps.py": SMALL_PLUGIN,
            "hook.py": "def decode(value): return value\n",
        }
    )
    folder.env |= {"AETHERFLOW_SECRETS_PATH": "hook.py", "DB_PASSWORD": "correct-horse", "ORDERS_DATABASE": "orders.db"}
    return folder


def test_no_block_is_overlooked() -> None:
    torn = [str(page) for page, text in documentation().items() if fences(text) != 2 * len(blocks(text))]
    assert torn == []  # a block without a language, one that is indented, one that is not closed


def test_every_page_with_commands_is_played() -> None:
    played = {path.relative_to(REPOSITORY).as_posix() for path in pages()}
    assert {each.page for each in of("played")} <= played


def test_what_a_page_installs_is_what_ci_does() -> None:
    done = (REPOSITORY / ".ci/run").read_text(encoding="utf-8")
    readme = lines_in((REPOSITORY / "README.md").read_text(encoding="utf-8"), "sh")
    assert "tests/support/blocks.py README.md sh" in done
    installed = [line for each in of("installation") for line in lines_in(f"```sh\n{each.block.text}```", "sh")]
    assert [line for line in installed if not any(line in command for command in readme)] == []


def test_every_shown_block_is_held_against_the_real_thing() -> None:
    assert {each.place for each in of("shown")} == set(SHOWN)


@pytest.mark.parametrize("each", of("document"), ids=str)
def test_a_piece_of_a_document_is_without_findings(each: PageBlock, tmp_path: Path) -> None:
    folder, placed = prepared(tmp_path), placed_yaml(each.block.text)
    folder.write({**placed.files, **_required(each.block.text)})
    (line,) = placed.lines
    also = "".join(
        f" --plugin-path plugins/{name}" for name in ("warehouse", "clock") if "requires:" in each.block.text
    )
    said = folder.line(line.replace("bundle sync", "bundle status") + also).said
    assert set(FOUND.findall(said)) - {NOT_FETCHED} == set(), said


def _required(text: str) -> dict[str, str]:
    """Give the plugins that manifests on the pages require."""
    if "requires:" not in text:
        return {}
    named = {
        f"plugins/{name}/aetherflow-plugin.yaml": f'name: {name}\nversion: "1.2"\n' for name in ("warehouse", "clock")
    }
    return {
        **named,
        **{f"plugins/{name}/steps.py": SMALL_PLUGIN.replace("load_orders", name) for name in ("warehouse", "clock")},
    }


@pytest.mark.parametrize("each", of("program"), ids=str)
def test_a_program_runs_as_it_stands(each: PageBlock, tmp_path: Path) -> None:
    folder = prepared(tmp_path)
    folder.write({"program.py": each.block.text})
    answer = folder.program("program.py")
    assert answer.exit_code == 0, answer.said


@pytest.mark.parametrize("each", of("example of the API"), ids=str)
def test_an_example_of_the_api_runs(each: PageBlock, tmp_path: Path) -> None:
    folder = prepared(tmp_path)
    folder.write({FLOW: FLOW_OF_EXAMPLES, "program.py": with_imports(each.block.text)})
    answer = folder.program("program.py")
    assert answer.exit_code == 0, answer.said


@pytest.mark.parametrize("each", of("workflow of GitHub"), ids=str)
def test_the_commands_of_a_workflow_of_github_succeed(each: PageBlock, tmp_path: Path) -> None:
    folder = prepared(tmp_path)
    folder.write({f"{PLUGIN}/aetherflow-plugin.yaml": "author: the data desk\ndescription: Loads orders.\n"})
    typed = [line for line in re.findall(r"run: (.*)$", each.block.text, re.MULTILINE) if "aetherflow plugins" in line]
    answers = [folder.line(line.replace("--plugin-path plugins", f"--plugin-path {PLUGIN}")) for line in typed]
    assert [answer.exit_code for answer in answers] == [0] * len(typed)
    assert typed


@pytest.mark.parametrize("each", of("package"), ids=str)
def test_an_entry_point_on_a_page_is_one_that_is_found(each: PageBlock, tmp_path: Path) -> None:
    folder = prepared(tmp_path)
    folder.write(placed_package(each.block.text).files)
    reading = scan_site(str(folder.root / "site-packages"))
    ((group, named),) = tomllib.loads(each.block.text)["project"]["entry-points"].items()
    (found,) = reading.distributions
    assert {point.name: point.module for point in found.entry_points if point.group == group} == named
    assert reading.diagnostics == ()
