"""Step types and what they take."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from aetherflow.core.validation.quick_schema import fits_quickly, record_of_schema
from tests.support.registered import STEP_TYPES
from tests.validation.flows import findings, job, messages, plugin_step, report, told

SCHEMA = {
    "type": "object",
    "properties": {
        "table": {"type": "string", "minLength": 1, "description": "Where rows go."},
        "limit": {"type": "integer", "minimum": 1},
        "mode": {"enum": ["append", "replace"]},
        "columns": {"type": "array", "items": {"type": "string"}},
        "options": {"type": "object", "properties": {"fast": {"type": "boolean"}}, "additionalProperties": False},
        "key": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    },
    "required": ["table"],
    "additionalProperties": False,
}
MINE = plugin_step("mine", input_schema=SCHEMA)


def given_inputs(inputs: str) -> list[str]:
    """Judge these inputs of a step of the described type."""
    return told(f"params: {{x: {{}}}}\n{job(f'{{id: s, type: mine, inputs: {inputs}}}')}", steps=MINE)


def test_of_a_missing_input_the_description_is_told_without_its_links() -> None:
    words = {"type": "string", "description": "What [the file](../../data-files.md) is."}
    mine = plugin_step("mine", input_schema={"type": "object", "properties": {"format": words}, "required": ["format"]})
    told = report(job("{id: s, type: mine, inputs: {}}"), steps=mine)
    assert '= add "format": what the file is\n' in told


def test_an_unknown_step_type_is_reported_as_the_documentation_shows() -> None:
    flow = """
    flow: {id: test}
    jobs:
      - id: main
        steps:
          - id: pull
            type: external.proces
            inputs: {command: [ls]}
    """
    assert (
        report(flow)
        == f"""\
error[AF-F204]: unknown step type "external.proces"
 --> flow.yaml:6:15
  |
6 |         type: external.proces
  |               ^^^^^^^^^^^^^^^ did you mean "external.process"?
  |
  = {STEP_TYPES}: `aetherflow plugins list` shows them

1 error"""
    )


@pytest.mark.parametrize("key", ["timeout_seconds", "retry", "when", "outputs", "effects", "on_no_data"])
def test_a_key_of_the_step_under_inputs_is_told_where_it_belongs(key: str) -> None:
    flow = job(f"{{id: s, type: external.process, inputs: {{command: [ls], {key}: 5}}}}")
    assert told(flow) == [
        f'AF-F211 `{key}` step type "external.process" takes no input "{key}" | belongs to the step, not under inputs '
        "| move it out of `inputs`, beside the step's `id` and `type`"
    ]


@pytest.mark.parametrize(
    ("inputs", "at", "message", "hint"),
    [
        ("{command: []}", "command", "`command` is empty", "name a program, as in `[ls, -l]`"),
        (
            "{command: [ls], shell: true}",
            "shell",
            "`shell: true` takes `command` as one string",
            "write it as one, or remove `shell`",
        ),
        (
            "{command: ls, log: {stdout: inherit}, parse: json}",
            "parse",
            "`parse` reads captured output, but `log.stdout` is `inherit`",
            "remove `parse`, or set `log.stdout` to `capture`",
        ),
        (
            "{command: ls, log: {file_path: x}}",
            "file_path",
            "`file_path` is given, but neither `stdout` nor `stderr` is `file`",
            "set one of them to `file`",
        ),
        (
            '{command: "echo \'a"}',
            "command",
            "`command` cannot be split into words: no closing quotation",
            "write it as a list, which needs no quoting",
        ),
        (
            '{command: [echo, "a\\0b"]}',
            "command",
            "`command` holds a NUL character, which no program can be given",
            "in double quotes YAML reads \\0 as NUL: use single quotes",
        ),
    ],
)
def test_what_only_the_typed_record_refuses_points_at_the_input_that_it_names(
    inputs: str, at: str, message: str, hint: str
) -> None:
    expected = f'AF-F213 `{at}` inputs of step type "external.process": {message} | {hint}'
    assert told(job(f"{{id: s, type: external.process, inputs: {inputs}}}")) == [expected]


@pytest.mark.parametrize("key", ["depends_on", "for_each", "continue_on_error"])
def test_a_key_of_the_job_under_inputs_is_told_where_it_belongs(key: str) -> None:
    flow = job(f"{{id: s, type: log, inputs: {{message: x, {key}: 5}}}}")
    assert told(flow) == [
        f'AF-F211 `{key}` step type "log" takes no input "{key}" | belongs to the job, not under inputs '
        "| move it out of the step, beside the job's `id` and `steps`"
    ]


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ("{table: t}", None),
        ("{table: t, limit: 3, mode: append, columns: [a], options: {fast: true}, key: [a]}", None),
        (
            "{tabel: t}",
            'AF-F211 `tabel` step type "mine" takes no input "tabel" | did you mean "table"? | allowed here',
        ),
        ("{table: t, limt: 3}", 'AF-F211 `limt` step type "mine" takes no input "limt" | did you mean "limit"? |'),
        ("{limit: 3}", 'AF-F212 `inputs` step type "mine" needs the input "table" | add "table": where rows go'),
        ("{}", 'AF-F212 `mine` step type "mine" needs the input "table" | add "table": where rows go'),
        ('{table: ""}', 'AF-F213 `""` "table" must not be empty'),
        ("{table: 5}", 'AF-F213 `5` "table" must be a string, found an integer | put it in quotes'),
        ('{table: t, limit: "3"}', 'AF-F213 `"3"` "limit" must be an integer, found a string | remove the quotes'),
        ("{table: t, limit: 0}", 'AF-F213 `0` "limit" must be at least 1, found 0'),
        (
            "{table: t, mode: apend}",
            'AF-F213 `apend` "mode" cannot be "apend" | did you mean "append"? | write one of: append, replace',
        ),
        ("{table: t, columns: a}", 'AF-F213 `a` "columns" must be a list of strings, found a string'),
        ("{table: t, columns: [a, 5]}", 'AF-F213 `5` "columns[1]" must be a string, found an integer'),
        (
            "{table: t, options: {fats: true}}",
            'AF-F211 `fats` unknown key "fats" in "options" | did you mean "fast"? | allowed here: fast',
        ),
        ("{table: t, key: 5}", 'AF-F213 `5` "key" must be a string or a list of strings, found an integer'),
        ("{table: t, key: [a, 5]}", 'AF-F213 `5` "key[1]" must be a string, found an integer'),
    ],
)
def test_inputs_are_judged_by_their_schema(inputs: str, expected: str | None) -> None:
    found = given_inputs(inputs)
    if expected is None:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0].startswith(expected)


@pytest.mark.parametrize(
    "inputs",
    [
        "{table: t, limit: '{{params.x}}'}",
        "{table: t, limit: '{{params.x:5}}', mode: '{{params.x}}', columns: '{{params.x}}'}",
        "{table: t, mode: 'a{{params.x}}'}",
        "{table: '{{params.x}}', options: {fast: '{{params.x}}'}}",
        "{table: t, options: '{{params.x}}', columns: ['{{params.x}}', b]}",
        "{table: t, key: ['{{params.x}}']}",
    ],
)
def test_a_token_may_turn_out_to_be_of_any_type(inputs: str) -> None:
    assert given_inputs(inputs) == []


@pytest.mark.parametrize(
    ("inputs", "codes"),
    [
        ("{limit: '{{params.x}}'}", ["AF-F212"]),
        ("{table: t, limit: 'n{{params.x}}'}", ["AF-F213"]),
        ("{table: t, limit: '{{params.x}}', mode: up}", ["AF-F213"]),
        ("{table: t, limit: '{{params.x}}', more: 1}", ["AF-F211"]),
        ("{table: t, columns: 'n{{params.x}}'}", ["AF-F213"]),
    ],
)
def test_a_token_excuses_nothing_else(inputs: str, codes: list[str]) -> None:
    assert [line.split(" ")[0] for line in given_inputs(inputs)] == codes


def test_a_step_type_without_a_schema_takes_anything() -> None:
    assert findings(job("{id: s, type: any, inputs: {a: [1, {b: 2}]}}"), steps=plugin_step("any")) == []


@pytest.mark.parametrize(
    "schema", [{"type": "nonsense"}, {"$ref": "http://127.0.0.1:9/schema.json"}, {"properties": 5}, {"pattern": "("}]
)
def test_a_schema_that_cannot_be_used_is_a_warning_and_nothing_is_fetched(schema: dict[str, Any]) -> None:
    flow = job("{id: s, type: odd, inputs: {a: 1}}")
    found = findings(flow, steps=plugin_step("odd", input_schema={"properties": {"a": schema}}))
    assert [(each.code, each.severity) for each in found] in ([("AF-F214", "warning")], [])


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"type": "objct"}, "properties.a.type is 'objct', which is no type of JSON Schema"),
        ({"properties": 5}, "properties.a.properties: 5 is not of type 'object'"),
        ({"$ref": "#/nope"}, "its reference '/nope' leads nowhere; nothing is fetched for it"),
        ({"$ref": "#/properties/a"}, "it refers to itself without end"),
    ],
)
def test_why_a_schema_cannot_be_used_is_said_in_one_line(schema: dict[str, Any], why: str) -> None:
    flow = job("{id: s, type: odd, inputs: {a: {b: 1}}}")
    (finding,) = findings(flow, steps=plugin_step("odd", input_schema={"properties": {"a": schema}}))
    assert finding.message == f'the input schema of step type "odd" cannot be used: {why}'


def test_built_ins_are_judged_by_their_typed_records() -> None:
    assert messages(job("{id: s, type: external.process, inputs: {command: [ls], log: {stdout: captur}}}")) == [
        'AF-F213: "stdout" cannot be "captur"'
    ]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2) | st.sampled_from(["", "a", "append", "{{x}}"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([*SCHEMA["properties"], "z"]), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*SCHEMA["properties"], "z"]), VALUES))
def test_what_fits_quickly_fits_the_schema(value: dict[str, Any]) -> None:
    schema = {**SCHEMA, "properties": {key: each for key, each in SCHEMA["properties"].items() if key != "key"}}
    assert record_of_schema(schema) is not None
    assert fits_quickly(schema, value) <= Draft202012Validator(schema).is_valid(value)
