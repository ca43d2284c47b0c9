"""The templates of docs that need a server or a moment of their own; the others are played with their page."""

from pathlib import Path

import pytest

from tests.bundles_archives.web import Web
from tests.compilers.flows import FLOW, findings, serve
from tests.support.blocks import blocks
from tests.support.project import REPOSITORY, Project


@pytest.fixture
def templates(project: Project) -> Project:
    """Write the templates of the page."""
    for block in blocks((REPOSITORY / "docs/plugins/compilers.md").read_text(encoding="utf-8")):
        if block.file_name and block.file_name.startswith("templates/"):
            project.write(block.file_name, block.text)
    project.env["AETHERFLOW_PLUGIN_PATHS"] = "templates"
    return project


def test_the_template_of_a_web_server_signs_in_and_asks_by_the_etag(templates: Project, site: Web) -> None:
    serve(site, path="/hello.yaml", ETag='"1"')
    options = f"{{server: '{site.url}', token: '{{{{env.DESK_TOKEN}}}}'}}"
    templates.write("plugins.yaml", f"workflow_plugins: {{flows: {{options: {options}}}}}")
    for _ in range(2):
        assert findings(templates, "flows://hello", DESK_TOKEN="s3cret-desk") == []
    assert [headers.get("Authorization") for _, headers in site.asked] == ["Bearer s3cret-desk"] * 2
    assert [headers.get("If-None-Match") for _, headers in site.asked] == [None, '"1"']


def test_the_template_that_is_asked_seldom_is(templates: Project) -> None:
    flow = templates.write("flow.yaml", FLOW)
    assert findings(templates, "seldom://flow.yaml") == []
    flow.write_text("no flow")
    assert findings(templates, "seldom://flow.yaml") == []


def test_the_template_with_two_sources_says_what_is_wrong_where_both_fail(templates: Project, tmp_path: Path) -> None:
    outcome = templates.aetherflow("validate", "either://a.yaml,b.yaml")
    assert 'error[AF-Y010]: there is no file "b.yaml"' in outcome.stdout
