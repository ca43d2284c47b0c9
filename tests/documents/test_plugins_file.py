"""The plugins file is read with every finding in its place."""

import json
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from aetherflow.core.documents.plugins_file import load_plugins_file
from aetherflow.core.documents.schemas import json_schema
from tests.documents.reading import read, shown
from tests.documents.test_agreement import mutated


def findings(text: str) -> list[str]:
    reading = load_plugins_file(read(text))
    assert reading.plugins_file is None
    return [f"{finding.code} {finding.message}" for finding in reading.diagnostics]


@pytest.mark.parametrize("version", ["", "version: 1\n"])
def test_names_that_may_be_overridden_are_read(version: str) -> None:
    reading = load_plugins_file(read(f"{version}allow_overrides: [log, 'db:sqlite3']\nx-why: faster\n"))
    assert reading.diagnostics == []
    assert reading.plugins_file is not None
    assert reading.plugins_file.definition.allow_overrides == ["log", "db:sqlite3"]
    assert reading.plugins_file.span("allow_overrides", 1).column == 24


def test_a_file_that_says_nothing_is_right() -> None:
    reading = load_plugins_file(read("{}"))
    assert reading.plugins_file is not None
    assert reading.plugins_file.definition.allow_overrides == []


def test_what_nothing_reads_yet_is_refused_in_its_place() -> None:
    text = "plugins:\n  - {id: metrics}\nlimits: {timeout_seconds: 5}\nworkflow_plugins: []\n"
    found = load_plugins_file(read(text)).diagnostics
    assert shown(found, text) == (
        """\
error[AF-P220]: "plugins" cannot be honoured: this version runs no observers yet
 --> flow.yaml:1:1
  |
1 | plugins:
  | ^^^^^^^
  |
  = remove it

error[AF-P220]: "limits" cannot be honoured: this version runs no hooks and tools yet
 --> flow.yaml:3:1
  |
3 | limits: {timeout_seconds: 5}
  | ^^^^^^
  |
  = remove it

error[AF-P220]: "workflow_plugins" cannot be honoured: this version has no settings of compilers yet
 --> flow.yaml:4:1
  |
4 | workflow_plugins: []
  | ^^^^^^^^^^^^^^^^
  |
  = remove it

3 errors"""
    )


def test_findings_stand_under_the_token_that_is_wrong() -> None:
    text = "allow_override: [log]\n"
    assert shown(load_plugins_file(read(text)).diagnostics, text) == (
        """\
error[AF-S101]: unknown key "allow_override" in a plugins file
 --> flow.yaml:1:1
  |
1 | allow_override: [log]
  | ^^^^^^^^^^^^^^ did you mean "allow_overrides"?

1 error"""
    )


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("allow_overrides: log", 'AF-S103 "allow_overrides" must be a list of strings, found a string'),
        ("allow_overrides: [1]", 'AF-S103 "allow_overrides[0]" must be a string, found an integer'),
        ("allow_overrides:", 'AF-S103 "allow_overrides" must be a list of strings, found nothing'),
        ("version: 2", "AF-S201 plugins files of version 2 are not known to this version of AetherFlow"),
        ("- log", "AF-S103 the document must be a mapping (a plugins file), found a list"),
    ],
)
def test_what_is_wrong_is_one_finding(text: str, finding: str) -> None:
    assert findings(text) == [finding]


RULES = Draft202012Validator(json_schema("plugins"))


@given(mutated({"version": 1, "allow_overrides": ["a", "b"], "x-note": [1]}))
def test_the_schema_and_the_reader_agree(document: Any) -> None:
    reading = load_plugins_file(read(json.dumps(document, ensure_ascii=False)))
    assert RULES.is_valid(document) == (reading.diagnostics == [])
