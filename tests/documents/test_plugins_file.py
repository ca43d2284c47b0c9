"""The plugins file is read with every finding in its place."""

import json
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from aetherflow.core.documents.plugins_file import (
    CompilerSetting,
    ObserverEntry,
    PluginLimits,
    PluginSetting,
    load_plugins_file,
)
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


def test_settings_of_compilers_are_read_and_checked() -> None:
    reading = load_plugins_file(
        read("workflow_plugins: {https: {options: {timeout_seconds: 5}}, my: {enabled: false}}")
    )
    assert reading.plugins_file is not None
    assert reading.plugins_file.definition.workflow_plugins == {
        "https": CompilerSetting(options={"timeout_seconds": 5}),
        "my": CompilerSetting(enabled=False),
    }
    text = "workflow_plugins: []\n"
    (finding,) = load_plugins_file(read(text)).diagnostics
    assert (finding.code, finding.path) == ("AF-S103", ("workflow_plugins",))


def test_observers_limits_and_settings_are_read() -> None:
    text = (
        "plugins:\n"
        "  - {id: metrics, module: obs.Metrics, config: {rate: 0.1}}\n"
        "  - {id: lines, module: JsonLinesObserver, enabled: false}\n"
        "limits: {drain_seconds: 0}\n"
        "settings: {stamp: {on_error: warn, config: {a: 1}}, 'my-dist': {}}\n"
    )
    reading = load_plugins_file(read(text))
    assert reading.diagnostics == []
    assert reading.plugins_file is not None
    definition = reading.plugins_file.definition
    assert definition.plugins == [
        ObserverEntry(id="metrics", module="obs.Metrics", config={"rate": 0.1}),
        ObserverEntry(id="lines", module="JsonLinesObserver", enabled=False),
    ]
    assert definition.limits == PluginLimits(timeout_seconds=5, drain_seconds=0)
    assert definition.settings == {
        "stamp": PluginSetting(on_error="warn", config={"a": 1}),
        "my-dist": PluginSetting(),
    }


def test_an_id_that_stands_twice_is_found_in_its_place() -> None:
    text = "plugins:\n  - {id: a, module: obs.A}\n  - {id: a, module: obs.B}\n"
    assert shown(load_plugins_file(read(text)).diagnostics, text) == (
        """\
error[AF-O101]: two observers have the id "a"
 --> flow.yaml:3:10
  |
3 |   - {id: a, module: obs.B}
  |          ^ first used on line 2
  |
  = give one of them another id: logs and the run's record tell them apart by it

1 error"""
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
        ("plugins: {a: 1}", 'AF-S103 "plugins" must be a list of observers, found a mapping'),
        ("plugins: [{id: a}]", 'AF-S102 observer "a" has no "module"'),
        ("plugins: [{module: obs.A}]", 'AF-S102 an observer has no "id"'),
        ("plugins: [{id: a b, module: obs.A}]", 'AF-S106 "a b" is no valid id'),
        ("plugins: [{id: a, module: obs.A, enable: true}]", 'AF-S101 unknown key "enable" in an observer'),
        ("plugins: [{id: a, module: obs-a.A}]", 'AF-O102 "obs-a.A" names no class'),
        ("plugins: [{id: a, module: obs..A}]", 'AF-O102 "obs..A" names no class'),
        ("plugins: [{id: a, module: ''}]", 'AF-O102 "" names no class'),
        ("limits: {timeout_seconds: 0}", 'AF-S107 "timeout_seconds" must be above 0 and at most 86400, found 0'),
        ("limits: {drain_seconds: -1}", 'AF-S107 "drain_seconds" must be at least 0 and at most 86400, found -1'),
        ("settings: {a: {on_error: stop}}", 'AF-S105 "on_error" cannot be "stop"'),
        ("version: 2", "AF-S201 plugins files of version 2 are not known to this version of AetherFlow"),
        ("- log", "AF-S103 the document must be a mapping (a plugins file), found a list"),
    ],
)
def test_what_is_wrong_is_one_finding(text: str, finding: str) -> None:
    assert findings(text) == [finding]


def test_observers_without_an_id_are_no_twins() -> None:
    assert findings("plugins: [{module: obs.A}, {module: obs.B}]") == ['AF-S102 an observer has no "id"'] * 2


RULES = Draft202012Validator(json_schema("plugins"))


@given(mutated({"version": 1, "allow_overrides": ["a", "b"], "x-note": [1]}))
def test_the_schema_and_the_reader_agree(document: Any) -> None:
    reading = load_plugins_file(read(json.dumps(document, ensure_ascii=False)))
    assert RULES.is_valid(document) == (reading.diagnostics == [])
