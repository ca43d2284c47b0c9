"""In enterprise mode what one user says on one machine counts for nothing, and that is said."""

import pytest

from tests.plugin_switches.conftest import Switched

MANIFEST = "version: 1\nmode: enterprise\npaths: {plugins: [orders]}\n"
TOLD = 'in enterprise mode what is disabled or set on this machine counts for nothing: "orders"'


@pytest.fixture
def enterprise(switched: Switched) -> Switched:
    """Give a project whose manifest loads the plugin that its user has disabled."""
    switched.plugins("disable", "orders")
    switched.project.write("manifest.yaml", MANIFEST)
    switched.named = []
    return switched


def test_a_run_loads_the_plugin_all_the_same_and_says_so(enterprise: Switched) -> None:
    outcome = enterprise.run("run", enterprise.flow("load_orders"), "--bundle-manifest", "manifest.yaml")
    assert outcome.exit_code == 0
    assert f"warning: AF-P152: {TOLD}" in outcome.stderr
    assert enterprise.run("validate", "flow.yaml", "--bundle-manifest", "manifest.yaml").exit_code == 0


def test_list_and_doctor_say_so(enterprise: Switched) -> None:
    listed = enterprise.plugins("list", "--bundle-manifest", "manifest.yaml")
    assert listed.stderr.splitlines()[0] == f"warning: {TOLD} (AF-P152)"
    assert "load_orders" in listed.stdout
    told = enterprise.plugins("doctor", "--bundle-manifest", "manifest.yaml").stdout
    assert f"warning[AF-P152]: {TOLD}\n" in told


def test_switches_of_plugins_that_are_not_here_are_nobodys_trouble(enterprise: Switched) -> None:
    enterprise.say('{"version": 1, "plugins": {"another": {"enabled": false}}}')
    assert "AF-P152" not in enterprise.plugins("list", "--bundle-manifest", "manifest.yaml").stderr


def test_a_damaged_file_is_a_warning_there(enterprise: Switched) -> None:
    enterprise.say("{")
    outcome = enterprise.plugins("list", "--bundle-manifest", "manifest.yaml")
    assert outcome.exit_code == 0
    assert "counts for nothing; the local switches of plugins, " in outcome.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["disable", "orders"],
        ["enable", "orders"],
        ["config", "set", "orders", "a=1"],
        ["config", "unset", "orders", "a"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_nothing_is_written_there(enterprise: Switched, words: list[str]) -> None:
    before = enterprise.file.read_text()
    for outcome in (
        enterprise.plugins(*words, "--bundle-manifest", "manifest.yaml"),
        enterprise.plugins(*words, AETHERFLOW_MODE="enterprise"),
    ):
        assert (outcome.exit_code, outcome.stdout) == (2, "")
        assert outcome.stderr == (
            "error[AF-P155]: in enterprise mode nothing is disabled or set on one machine: it would count for nothing\n"
            "  = the manifest decides which plugins load, and plugins.yaml what they are given\n\n1 error\n"
        )
    assert enterprise.file.read_text() == before


def test_a_config_of_this_machine_is_not_given(enterprise: Switched) -> None:
    enterprise.say('{"version": 1, "plugins": {"orders": {"config": {"a": 1}}}}')
    enterprise.project.write("plugins.yaml", "settings: {orders: {config: {b: 2}}}\n")
    outcome = enterprise.plugins("config", "get", "orders", "--bundle-manifest", "manifest.yaml", "--json")
    assert (outcome.json["config"], outcome.json["local"]) == ({"b": 2}, {})
    assert TOLD in outcome.stderr
