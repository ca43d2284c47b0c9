"""The examples of what `dev plugin-test` finds: modules of one plugin, since each test of a plugin takes seconds."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from tests.docs_blocks import in_child
from tests.docs_blocks.code_examples import Example, examples
from tests.docs_blocks.frames import with_imports
from tests.docs_blocks.served import Answer, Folder

TOGETHER = [each for each in examples() if each.case.together and not each.is_right]
Trial = Callable[[str], Answer]


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give what tests the plugin that has the examples of a name, once."""

    @cache
    def tested(together: str) -> Answer:
        folder = Folder(tmp_path_factory.mktemp("tried"))
        folder.at_start.append(in_child.try_in_haste)
        those = [each for each in TOGETHER if each.case.together == together]
        folder.write({f"plugins/orders/{file_of(each)}": text_of(each) for each in those})
        return folder.line("aetherflow dev plugin-test plugins/orders --timeout 1 --json")

    return tested


def file_of(example: Example) -> str:
    """Name the file of the plugin that an example is."""
    return example.case.file or f"{example.code[3:].lower()}.py"


def text_of(example: Example) -> str:
    """Give the example as that file, with the imports that a module wants."""
    return example.text + "\n" if example.case.file else with_imports(example.text) + "\n"


@pytest.mark.parametrize("example", TOGETHER, ids=str)
def test_a_plugin_is_told_what_the_page_says_of_it(example: Example, trial: Trial) -> None:
    answer = trial(example.case.together)
    found: list[dict[str, Any]] = json.loads(answer.said)["diagnostics"]
    place = f"plugins/orders/{file_of(example)}"
    codes = [each["code"] for each in found if each["file"] == place and each["code"].startswith("AF-P9")]
    assert codes == [example.code], answer.said
    assert answer.exit_code == 3
