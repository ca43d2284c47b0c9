"""Resources, their profiles, connectors and secrets."""

from msgspec.structs import replace

from aetherflow.core.documents.profiles import LoadedProfiles
from aetherflow.core.validation.validate import validate_flow
from tests.support.registered import CONNECTORS
from tests.validation.flows import findings, job, loaded, log, messages, report, surroundings, told

JOB = job(log("say"))


def with_resource(resource: str) -> str:
    """Write a flow with one resource."""
    return f"resources:\n  db: {resource}\n{JOB}"


def test_a_resource_that_is_right_gives_no_finding() -> None:
    flow = with_resource('{kind: db, driver: sqlite3, config: {path: "{{env.DB:x}}"}, options: {readonly: true}}')
    assert findings(flow) == []


def test_an_unknown_driver_is_told_with_the_nearest() -> None:
    assert told(with_resource("{kind: db, driver: sqlite, config: {path: x}}")) == [
        'AF-F403 `sqlite` unknown driver "sqlite" for resources of kind "db" | did you mean "sqlite3"? '
        f"| {CONNECTORS}: `aetherflow plugins list` shows them"
    ]


def test_an_unknown_kind_is_told() -> None:
    assert told(with_resource("{kind: dbs, driver: sqlite3, config: {path: x}}")) == [
        'AF-F402 `dbs` unknown kind of resource "dbs" | did you mean "db"? '
        f"| {CONNECTORS}: `aetherflow plugins list` shows them"
    ]


def test_an_unknown_profile_is_told_with_the_nearest() -> None:
    flow = with_resource("{kind: db, driver: sqlite3, profile: prodution, config: {path: x}}")
    assert told(flow, profiles="production: {}") == [
        'AF-F401 `prodution` resource "db" names the profile "prodution", which does not exist '
        '| did you mean "production"? | the profiles are: production'
    ]


def test_without_any_profiles_the_finding_says_where_they_would_be_read() -> None:
    (found,) = findings(with_resource("{kind: db, driver: sqlite3, profile: p, config: {path: x}}"))
    assert found.hint == (
        "there are no profiles: put them in profiles.yaml beside the flow, or name a file by AETHERFLOW_PROFILES_FILE"
    )


def test_what_the_connector_needs_may_come_from_the_profile() -> None:
    flow = with_resource("{kind: db, driver: sqlite3, profile: p}")
    assert findings(flow, profiles="p: {config: {path: x}}") == []
    assert messages(flow, profiles="p: {}") == ['AF-F405: resource "db": "config" has no "path"']


def test_a_key_that_the_connector_does_not_take_is_told() -> None:
    assert told(with_resource("{kind: db, driver: sqlite3, config: {path: x, pth: y}}")) == [
        'AF-F404 `pth` unknown key "pth" in config of resource "db" | did you mean "path"? | allowed here: path'
    ]


def test_a_wrong_value_of_a_profile_is_told_in_the_profiles_document() -> None:
    flow = with_resource("{kind: db, driver: sqlite3, profile: p}")
    (found,) = findings(flow, profiles="p:\n  config: {path: 5}\n")
    assert found.span is not None
    assert (found.code, found.message, found.span.file, found.span.line, found.span.column) == (
        "AF-F406",
        'resource "db": "path" must be a string, found an integer',
        "profiles.yaml",
        2,
        18,
    )


def test_profiles_without_a_place_are_shown_where_they_are_named() -> None:
    flow = loaded(with_resource("{kind: db, driver: sqlite3, profile: p}"))
    around = surroundings(profiles="p: {config: {path: '{{run_id}}'}}")
    around = replace(around, profiles=LoadedProfiles(None, around.profiles.profiles))
    (found,) = validate_flow(flow, around)
    assert found.span is not None
    assert (found.code, found.span.file, found.path) == ("AF-T202", "flow.yaml", ("resources", "db", "profile"))


def test_resources_know_env_and_params_only() -> None:
    flow = with_resource('{kind: db, driver: sqlite3, config: {path: "{{jobs.main.outputs.x}}"}}')
    assert messages(flow) == ['AF-T202: "jobs" is not known here: it is read before any job has run']


def test_a_template_of_a_profile_that_two_resources_use_is_told_once() -> None:
    resources = "\n".join(f"  {name}: {{kind: db, driver: sqlite3, profile: p}}" for name in ("a", "b"))
    flow = f"resources:\n{resources}\n{JOB}"
    assert messages(flow, profiles="p: {config: {path: '{{nope.x}}'}}") == ['AF-T201: unknown root "nope"']


DECODED = "{kind: db, driver: sqlite3, config: {path: %s}, decode: {config: {%s: true}}}"


def test_decode_without_a_hook_is_an_error() -> None:
    flow = with_resource(DECODED % ("secret", "path"))
    assert told(flow) == [
        'AF-E404 `decode` resource "db": decode marks "config.path", but no secrets hook is configured '
        "| set AETHERFLOW_SECRETS_PATH or AETHERFLOW_SECRETS_MODULE"
    ]
    assert findings(flow, secrets_hook_configured=True) == []


def test_a_decoded_leaf_is_one_token_or_a_literal() -> None:
    environment = {"A": "x"}
    flow = with_resource(DECODED % ('"x{{env.A}}"', "path"))
    (line,) = told(flow, secrets_hook_configured=True, environment=environment)
    assert line.startswith('AF-E406 `"x{{env.A}}"` ')
    flow = with_resource(DECODED % ('"{{env.A}}"', "path"))
    assert told(flow, secrets_hook_configured=True, environment=environment) == []


def test_a_mark_on_nothing_is_told() -> None:
    (line,) = told(with_resource(DECODED % ("x", "pth")), secrets_hook_configured=True)
    assert line.startswith("AF-E405 `true` ")


def querying(resource: str) -> str:
    """Write a flow with a db and a step that names a resource."""
    step = f"{{id: q, type: db_execute, inputs: {{resource: {resource}, sql: select 1}}}}"
    return f"resources:\n  warehouse: {{kind: db, driver: sqlite3, config: {{path: x}}}}\n{job(step)}"


def test_a_step_that_names_an_unknown_resource_is_told() -> None:
    assert (
        report(querying("warehose"))
        == """\
error[AF-F411]: the flow has no resource "warehose"
 --> flow.yaml:7:54
  |
7 |       - {id: q, type: db_execute, inputs: {resource: warehose, sql: select 1}}
  |                                                      ^^^^^^^^ did you mean "warehouse"?
  |
  = it has: warehouse

1 error"""
    )
    assert report(querying("warehouse")) == ""


def test_a_resource_named_by_a_template_is_not_judged() -> None:
    flow = querying("'{{params.r}}'")
    assert messages(f"params: {{r: {{default: warehouse}}}}\n{flow}") == []


def test_a_resource_of_another_kind_is_told() -> None:
    flow = querying("warehouse").replace("kind: db", "kind: queue")
    assert messages(flow) == [
        'AF-F402: unknown kind of resource "queue"',
        'AF-F412: resource "warehouse" is of kind "queue", but "db_execute" needs one of kind "db"',
    ]
