"""A plugin's manifest is read with every finding in its place."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from aetherflow.core.diagnostics.text import render_text
from aetherflow.core.plugins.manifest_reader import manifest_of
from aetherflow.core.plugins.plugin_manifest import ManifestReading, plugin_manifest_schema
from tests.documents.reading import data

WHOLE = """\
name: orders-plugin
version: 1.2.0
author: Data platform
description: Loads orders.
compatible_versions: ">=0.1,<2"
requires: [warehouse>=1.2, audit]
required_permissions: ["read:/data", "network:db:5432", "env:PG*", "process:psql", "write:/out"]
provides:
  - {kind: step, name: load_orders, description: Loads., effects: once, input_schema: {type: object}}
  - {kind: connector, name: "db:orders"}
x-team: data
"""


def reading(text: str) -> ManifestReading:
    return manifest_of("aetherflow-plugin.yaml", text.encode())


def findings(text: str) -> list[str]:
    found = reading(f"author: a\ndescription: b\n{text}").diagnostics
    return [f"{each.code} {each.message}" for each in found]


def test_a_whole_manifest_is_read_without_findings() -> None:
    found = reading(WHOLE)
    assert found.diagnostics == ()
    assert found.manifest is not None
    assert (found.manifest.name, found.manifest.version, found.manifest.requires) == (
        "orders-plugin",
        "1.2.0",
        ["warehouse>=1.2", "audit"],
    )
    assert [(each.kind, each.name, each.effects) for each in found.manifest.provides] == [
        ("step", "load_orders", "once"),
        ("connector", "db:orders", None),
    ]
    assert (found.spans["requires[1]"].line, found.spans["provides[1].name"].column) == (6, 29)


@pytest.mark.parametrize("text", ["", "# a comment\n"])
def test_an_empty_manifest_says_what_may_stand_in_it(text: str) -> None:
    (finding,) = reading(text).diagnostics
    assert (finding.code, finding.message) == ("AF-Y006", "the plugin manifest is empty")
    assert finding.hint == (
        "write what the plugin is called, as in `name: orders`, or remove the file: a plugin needs none"
    )


def test_findings_stand_under_the_token_that_is_wrong() -> None:
    text = "name: orders plugin\nauthor: a\ndescription: b\nversion: newest\n"
    found = reading(text)
    assert render_text(found.diagnostics, {"aetherflow-plugin.yaml": text}).splitlines()[:8] == [
        'error[AF-P204]: "orders plugin" is no valid name of a plugin',
        " --> aetherflow-plugin.yaml:1:7",
        "  |",
        "1 | name: orders plugin",
        "  |       ^^^^^^^^^^^^^",
        "  |",
        '  = a name is letters, digits, ".", "_" and "-", with a letter or digit at both ends',
        "",
    ]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("version: 1.0", 'AF-P201 "version" must be a string, found a decimal number'),
        ("autor: x", 'AF-P202 unknown key "autor" in a plugin manifest'),
        ("version: latest", 'AF-P205 "latest" is no version'),
        ("compatible_versions: 1.x", 'AF-P206 "1.x" is no range of versions'),
        ("requires: ['a b']", 'AF-P206 "a b" names no plugin with a range of versions'),
        ("required_permissions: [internet]", 'AF-P209 "internet" is no permission'),
        ("required_permissions: ['read:']", 'AF-P209 "read:" is no permission'),
        ("provides: [{kind: stepp, name: x}]", 'AF-P201 "kind" cannot be "stepp"'),
        ("provides: [{kind: step}]", 'AF-P201 a provided entry has no "name"'),
        (
            "provides: [{kind: step, name: x}, {kind: step, name: x}]",
            'AF-P210 the step "x" is provided twice',
        ),
    ],
)
def test_what_is_wrong_is_told(text: str, finding: str) -> None:
    assert findings(text) == [finding]


def test_a_schema_that_is_none_is_told() -> None:
    (found,) = findings("provides: [{kind: step, name: x, input_schema: {type: text}}]")
    assert found.startswith("AF-P208 the input_schema of \"x\" is no JSON Schema: 'text' is not valid")


def test_who_keeps_it_and_what_for_are_asked_in_one_note() -> None:
    (found,) = reading("name: a\n").diagnostics
    assert (found.code, found.severity, found.message) == (
        "AF-P207",
        "note",
        "the plugin manifest has no author and no description",
    )


def test_what_nobody_wrote_is_not_kept() -> None:
    text = (
        "requires: [1, a]\nrequired_permissions: [{}]\nprovides: [{kind: x, name: a}, {name: b}, {kind: step, name: c}]"
    )
    found = reading(text)
    assert found.manifest is not None
    assert (found.manifest.requires, found.manifest.required_permissions) == (["a"], [])
    assert [each.name for each in found.manifest.provides] == ["c"]
    assert found.spans["provides[0]"].column == 43


@pytest.mark.parametrize("content", [b"", b"\0", b"\xff\xfea", b"a: [", b"- 1", b"x", b"null", b"provides: 1", b"\xe9"])
def test_no_content_ends_in_an_exception(content: bytes) -> None:
    found = manifest_of("m.yaml", content)
    assert found.diagnostics


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_whatever_stands_there_gives_a_reading(content: bytes) -> None:
    assert isinstance(manifest_of("m.yaml", content), ManifestReading)


@given(
    st.dictionaries(
        st.sampled_from(["name", "version", "requires", "provides", "compatible_versions", "author", "x-y"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "name"]), inner),
            max_leaves=6,
        ),
    )
)
def test_whatever_values_keys_have_there_is_a_reading(document: dict[str, Any]) -> None:
    assert isinstance(manifest_of("m.yaml", json.dumps(document).encode()), ManifestReading)


def test_the_schema_for_editors_says_the_same() -> None:
    validator = Draft202012Validator(plugin_manifest_schema())
    Draft202012Validator.check_schema(validator.schema)
    assert list(validator.iter_errors(data(WHOLE))) == []
    assert len(list(validator.iter_errors({"autor": 1, "version": 1.0}))) == 2


def test_every_key_of_the_schema_says_what_it_is_for() -> None:
    schema = plugin_manifest_schema()
    records = [schema, *schema["$defs"].values()]
    assert [
        key for record in records for key, value in record["properties"].items() if "description" not in value
    ] == []


def test_examples_are_read_by_name() -> None:
    reading = manifest_of(
        "m.yaml", b"name: x\nexamples: {greet: {inputs: {name: Ada}}, shop: {not_run: needs a shop}}\n"
    )
    assert reading.manifest is not None
    assert reading.manifest.examples["greet"].inputs == {"name": "Ada"}
    assert reading.manifest.examples["shop"].not_run == "needs a shop"


def test_a_wrong_key_of_an_example_is_found() -> None:
    reading = manifest_of("m.yaml", b"name: x\nexamples: {greet: {input: {name: Ada}}}\n")
    assert [(each.code, each.label) for each in reading.diagnostics if each.severity == "error"] == [
        ("AF-P202", 'did you mean "inputs"?')
    ]
