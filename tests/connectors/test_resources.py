"""Resources: profile and own values merged, templates rendered, marked leaves decoded."""

from typing import Any

import pytest

from aetherflow.core.connectors.resources import ResolvedResource, merge_profile, resolve_resource, secrets_of
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.documents.flow import Decode, Resource
from aetherflow.core.documents.profiles import Profile
from aetherflow.core.environment.secrets_hook import SecretsHook, load_secrets_hook
from aetherflow.core.environment.settings import Settings
from aetherflow.core.resolution.scope import Scope

ENVIRONMENT = {"HOST": "db1", "ENCODED": "22retnuh", "TRICKY": "}}TSOH.vne{{"}


@pytest.fixture(scope="module")
def hook(tmp_path_factory: pytest.TempPathFactory) -> SecretsHook:
    path = tmp_path_factory.mktemp("hook") / "hook.py"
    path.write_text("def decode(value): return value[::-1]")
    loaded = load_secrets_hook(Settings(secrets_path=path))
    assert loaded is not None
    return loaded


def resource(config: dict[str, Any] | None = None, decode: dict[str, Any] | None = None, **more: Any) -> Resource:
    return Resource(kind="db", driver="sqlite3", config=config or {}, decode=Decode(config=decode or {}), **more)


def resolved(given: Resource, hook: SecretsHook | None = None, profile: Profile | None = None) -> ResolvedResource:
    scope = Scope({"env": ENVIRONMENT, "params": {"port": 5432}})
    return resolve_resource("db", given, profile, scope=scope, hook=hook)


def findings_of(given: Resource, hook: SecretsHook | None) -> list[tuple[str, str, object]]:
    with pytest.raises(InputError) as raised:
        resolved(given, hook)
    return [(finding.code, finding.message, finding.path) for finding in raised.value.diagnostics]


def test_own_values_win_over_the_profile_at_every_depth_and_lists_replace() -> None:
    profile = Profile(
        config={"host": "p", "tls": {"ca": "p", "mode": "p"}, "hosts": [1, 2], "a": {"b": 1}},
        options={"timeout_seconds": 1},
        decode=Decode(config={"password": True}),
    )
    own = resource({"host": "own", "tls": {"mode": "own"}, "hosts": [3], "a": None}, {"key": True})
    merged = merge_profile(own, profile)
    assert merged.config == {"host": "own", "tls": {"ca": "p", "mode": "own"}, "hosts": [3], "a": None}
    assert merged.options == {"timeout_seconds": 1}
    assert merged.decode.config == {"password": True, "key": True}
    assert profile.config["tls"] == {"ca": "p", "mode": "p"}


def test_templates_see_env_and_params_and_keep_types() -> None:
    found = resolved(resource({"host": "{{env.HOST}}", "port": "{{params.port}}"}, options={"x": ["{{env.HOST}}:1"]}))
    assert found.config == {"host": "db1", "port": 5432}
    assert found.options == {"x": ["db1:1"]}


def test_only_marked_leaves_are_decoded(hook: SecretsHook) -> None:
    given = resource(
        {"password": "{{env.ENCODED}}", "literal": "cba", "user": "abc"}, {"password": True, "literal": True}
    )
    found = resolved(given, hook)
    assert found.config == {"password": "hunter22", "literal": "abc", "user": "abc"}
    assert given.config["password"] == "{{env.ENCODED}}"


def test_decoded_values_are_secrets_before_and_after(hook: SecretsHook) -> None:
    found = resolved(resource({"password": "{{env.ENCODED}}"}, {"password": True}), hook)
    assert dict(secrets_of(found)) == {
        "resource:db.config.password": "hunter22",
        "resource:db.config.password.encoded": "22retnuh",
    }


def test_a_mark_on_a_mapping_or_list_marks_every_leaf_in_it(hook: SecretsHook) -> None:
    found = resolved(resource({"auth": {"user": "ba", "keys": ["dc", "fe"]}}, {"auth": True}), hook)
    assert found.config == {"auth": {"user": "ab", "keys": ["cd", "ef"]}}


def test_what_is_decoded_is_not_rendered(hook: SecretsHook) -> None:
    found = resolved(resource({"password": "{{env.TRICKY}}"}, {"password": True}), hook)
    assert found.config == {"password": "{{env.HOST}}"}


def test_a_profiles_mark_counts_for_the_resources_value(hook: SecretsHook) -> None:
    profile = Profile(decode=Decode(config={"password": True}))
    assert resolved(resource({"password": "cba"}), hook, profile).config == {"password": "abc"}


def test_decode_without_a_hook_is_an_error() -> None:
    assert findings_of(resource({"password": "x"}, {"password": True}), None) == [
        (
            "AF-E404",
            'resource "db": decode marks "config.password", but no secrets hook is configured',
            ("resources", "db", "decode", "config", "password"),
        )
    ]


def test_a_mark_that_meets_no_value_is_an_error(hook: SecretsHook) -> None:
    with pytest.raises(InputError) as raised:
        resolved(resource({"password": "x"}, {"pass_word": True}), hook)
    finding = raised.value.diagnostics[0]
    assert finding.message == 'resource "db": decode marks "config.pass_word", which the resource does not have'
    assert finding.label == 'did you mean "password"?'


def test_a_mark_that_is_no_boolean_is_an_error(hook: SecretsHook) -> None:
    assert findings_of(resource({"password": "x"}, {"password": "yes"}), hook) == [
        (
            "AF-E405",
            'resource "db": the decode mark of "config.password" is neither true nor false',
            ("resources", "db", "decode", "config", "password"),
        )
    ]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("x{{env.HOST}}", "which is a template with text around it"),
        ("{{env.HOST}}{{env.HOST}}", "which is a template with text around it"),
        (5, "which is no text"),
        (None, "which is no text"),
        ("{{params.port}}", "which comes to no text"),
    ],
)
def test_a_marked_leaf_is_one_token_or_a_literal_text(hook: SecretsHook, value: Any, problem: str) -> None:
    assert findings_of(resource({"password": value}, {"password": True}), hook) == [
        (
            "AF-E406",
            f'resource "db": decode marks "config.password", {problem}',
            ("resources", "db", "config", "password"),
        )
    ]


def test_a_template_that_cannot_be_rendered_is_an_error_with_its_path() -> None:
    assert findings_of(resource({"hosts": ["{{env.HOTS}}"]}), None) == [
        (
            "AF-E403",
            'resource "db": "config.hosts[0]" cannot be rendered: '
            '{{env.HOTS}}: environment variable "HOTS" is not set; did you mean "HOST"?',
            ("resources", "db", "config", "hosts", 0),
        )
    ]
