"""The examples of docs/codes.md that need a server, another machine or another run around them bring their codes."""

from pathlib import Path

import pytest

from tests.docs_blocks.code_examples import Example, examples
from tests.docs_blocks.typed import require_code


@pytest.mark.parametrize("example", [each for each in examples() if each.around], ids=str)
def test_an_example_brings_its_code_in_its_surroundings(example: Example, tmp_path: Path) -> None:
    require_code(example, tmp_path)
