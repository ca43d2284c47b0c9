"""Each example of docs/codes.md brings its code, put into its document and looked at by the command line."""

from pathlib import Path

import pytest

from tests.architecture.source import CODE
from tests.docs_blocks.code_examples import Example, codes_with_cases, examples
from tests.docs_blocks.served import Folder
from tests.docs_blocks.typed import require_code, typed
from tests.support.blocks import blocks
from tests.support.project import REPOSITORY

EXAMPLES = examples()
WRONG = [each for each in EXAMPLES if not (each.is_right or each.around or each.case.together)]
RIGHT = [each for each in EXAMPLES if each.is_right]
#: `bundle status` says so of every bundle that was not fetched: the manifest itself was read without a finding.
NOT_FETCHED = "AF-B215"


@pytest.mark.parametrize("example", WRONG, ids=str)
def test_an_example_brings_its_code(example: Example, tmp_path: Path) -> None:
    require_code(example, tmp_path)


@pytest.mark.parametrize("example", RIGHT, ids=str)
def test_what_is_right_in_its_place_is_without_findings(example: Example, tmp_path: Path) -> None:
    said = typed(example, Folder(tmp_path), {}).said
    found = set(CODE.findall(said)) - {NOT_FETCHED}
    if example.code.startswith("AF-Y"):  # of these only the YAML is right: keys and names stand for any
        found = {code for code in found if code.startswith("AF-Y")}
    assert found == set(), said


def test_every_block_of_the_page_is_an_example() -> None:
    page = (REPOSITORY / "docs/codes.md").read_text(encoding="utf-8")
    assert sorted(block.text.strip("\n") for block in blocks(page)) == sorted(each.text for each in EXAMPLES)


def test_nothing_is_said_of_codes_without_an_example() -> None:
    assert codes_with_cases() - {each.code for each in EXAMPLES} == set()
