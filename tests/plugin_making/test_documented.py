"""Every kind of plugin has a page with a whole example, which the tests of the docs play."""

import re
from pathlib import Path
from typing import get_args

import pytest

from aetherflow.core.operations.plugin_making.kinds import PluginKind
from tests.support.blocks import blocks
from tests.support.project import REPOSITORY

AUTHORING = REPOSITORY / "docs/plugins/authoring.md"
ROW = re.compile(r"^\| `(?P<kind>\w+)` \| .* \| (?:here, below|\[\w+\]\((?P<page>[\w./]+)\)) \|$", re.MULTILINE)


def page_of(kind: str) -> Path:
    rows = {row["kind"]: row["page"] for row in ROW.finditer(AUTHORING.read_text(encoding="utf-8"))}
    return (AUTHORING.parent / rows[kind]).resolve() if rows[kind] else AUTHORING


@pytest.mark.parametrize("kind", get_args(PluginKind))
def test_the_page_of_a_kind_has_a_plugin_and_the_commands_that_try_it(kind: str) -> None:
    page = page_of(kind).read_text(encoding="utf-8")
    found = blocks(page)
    assert f"plugin-new NAME --kind {'KIND' if kind == 'step' else kind}" in page
    assert next(each.file_name for each in found if each.language == "python")
    assert any(each.language == "console" and " aetherflow " in each.text for each in found)


@pytest.mark.parametrize("kind", get_args(PluginKind))
def test_readme_names_every_kind(kind: str) -> None:
    assert f"`{kind}`" in (REPOSITORY / "README.md").read_text(encoding="utf-8")
