"""Every value of a resource tells the line that it stands in, and what its templates come to."""

import msgspec
import pytest

from aetherflow.core.api import ConnectorBase, register_connector
from aetherflow.core.contracts.errors import InputError
from tests.explain.explaining import Bench, all_strings, only_token

HOOK = "def decode(value):\n    raise SystemExit('explain must decode nothing')\n"


def test_a_leaf_of_the_flow_tells_its_line(bench: Bench) -> None:
    leaf = bench.explain_resource('config: {path: "{{env.DIR}}/a.db"}', DIR="/data")["config.path"]
    assert (leaf.source, leaf.value, leaf.written) == ("flow", "/data/a.db", "{{env.DIR}}/a.db")
    assert leaf.site and (leaf.site.file.endswith("flow.yaml"), leaf.site.line) == (True, 5)
    assert only_token(leaf).origin == "variable DIR, set by the process"


def test_a_leaf_of_a_profile_tells_its_line_and_what_the_flow_lays_over_it(bench: Bench) -> None:
    bench.write("profiles.yaml", "local:\n  config: {path: never.db}\n  options:\n    timeout_seconds: 7\n")
    leaves = bench.explain_resource("profile: local\nconfig: {path: own.db}")
    options, path = leaves["options.timeout_seconds"], leaves["config.path"]
    assert options.site and (options.source, options.site.file, options.site.line) == ("profile", "profiles.yaml", 4)
    assert path.hides and (path.source, path.value, path.hides.line) == ("flow", "own.db", 2)


def test_profiles_of_the_environment_tell_the_variable(bench: Bench) -> None:
    profiles = '{"local": {"config": {"path": "{{env.DIR:/tmp}}/x.db"}}}'
    leaf = bench.explain_resource("profile: local", AETHERFLOW_PROFILES_JSON=profiles)["config.path"]
    assert (leaf.source, leaf.site, leaf.value) == ("AETHERFLOW_PROFILES_JSON", None, "/tmp/x.db")


@register_connector(kind="queue", driver="any")
class Queue(ConnectorBase):
    """Takes whatever a flow says."""

    def connect(self) -> None:
        """Do nothing."""


def test_every_leaf_is_told_also_in_lists_and_what_is_empty(bench: Bench) -> None:
    told = bench.explain(
        """
        resources:
          q:
            kind: queue
            driver: any
            config: {hosts: [{name: a}, b], none: [], nothing: {}, null_value: null, no: false}
        jobs:
          - id: j
            steps: [{id: s, type: log, inputs: {message: hi}}]
        """,
        plugins=[Queue],
    )
    assert {leaf.path: leaf.value for leaf in told.resources[0].values} == {
        "config.hosts[0].name": "a",
        "config.hosts[1]": "b",
        "config.none": [],
        "config.nothing": {},
        "config.null_value": None,
        "config.no": False,
    }


def test_a_secret_that_stands_in_the_flow_is_hidden_by_its_key(bench: Bench) -> None:
    config = "{user: ann, password: hunter-22, token: hunter-22, login: {api_key: hunter-22}, host: '{{env.H:h}}'}"
    told = bench.explain(
        f"""
        resources:
          q: {{kind: queue, driver: any, config: {config}}}
        jobs:
          - id: j
            steps: [{{id: s, type: log, inputs: {{message: hi}}}}]
        """,
        plugins=[Queue],
    )
    leaves = {leaf.path: leaf for leaf in told.resources[0].values}
    assert [path for path, leaf in leaves.items() if leaf.is_secret] == [
        "config.password",
        "config.token",
        "config.login.api_key",
    ]
    assert (leaves["config.user"].value, leaves["config.host"].value) == ("ann", "h")
    assert [text for text in all_strings(msgspec.to_builtins(told)) if "hunter" in text] == []


def test_a_variable_that_is_missing_leaves_the_leaf_without_a_value(bench: Bench) -> None:
    leaf = bench.explain_resource("config: {path: '{{env.DIR}}/a.db'}")["config.path"]
    assert (leaf.is_known, leaf.problem) == (False, "there is no value for {{env.DIR}}")


@pytest.mark.parametrize("secret", ["{{env.PATH_OF_DB:plain-secret}}", "plain-secret", "{{env.PATH_OF_DB}}"])
def test_a_marked_leaf_is_hidden_and_nothing_is_decoded(bench: Bench, secret: str) -> None:
    hook = bench.write("hook.py", HOOK)
    marked = f"config: {{path: '{secret}'}}\ndecode: {{config: {{path: true}}}}"
    env = {"PATH_OF_DB": "vault-secret"} if secret.endswith("DB}}") else {}
    leaf = bench.explain_resource(marked, AETHERFLOW_SECRETS_PATH=str(hook), **env)["config.path"]
    assert leaf.is_secret
    assert [text for text in all_strings(msgspec.to_builtins(leaf)) if "-secret" in text] == []


def test_with_a_hook_an_unset_variable_is_no_verdict(bench: Bench) -> None:
    hook = bench.write("hook.py", HOOK)
    leaf = bench.explain_resource("config: {path: '{{env.DIR}}/a.db'}", AETHERFLOW_SECRETS_PATH=str(hook))[
        "config.path"
    ]
    assert only_token(leaf).origin == "variable DIR is not set; the secrets hook may still give it"
    assert not only_token(leaf).is_missing


@pytest.mark.parametrize("value", ["hunter2-and-more", "abc"])
def test_a_secret_variable_shows_three_stars_however_short_it_is(bench: Bench, value: str) -> None:
    leaf = bench.explain_resource("config: {path: 'x-{{env.DB_PASSWORD}}'}", DB_PASSWORD=value)["config.path"]
    assert (leaf.value, only_token(leaf).value) == ("x-***", "***")


def test_the_default_of_a_secret_variable_is_hidden_too(bench: Bench) -> None:
    leaf = bench.explain_resource("config: {path: 'x-{{env.DB_PASSWORD:abc}}'}")["config.path"]
    assert (leaf.written, leaf.value) == ("x-{{env.DB_PASSWORD:***}}", "x-***")


def test_a_flow_that_cannot_run_is_refused(bench: Bench) -> None:
    with pytest.raises(InputError) as refused:
        bench.explain_resource("config: {path: a.db}\nprofile: nowhere")
    assert "AF-F401" in [finding.code for finding in refused.value.diagnostics]
