"""`plugins disable` and `plugins enable`: what they say, what they write, and whom they mean."""

from stat import S_IMODE

from tests.plugin_switches.conftest import Switched


def test_a_plugin_is_disabled_and_enabled_again_in_a_file_of_its_users_own(switched: Switched) -> None:
    off = switched.plugins("disable", "orders")
    assert (off.exit_code, off.stdout, off.stderr) == (0, 'the plugin "orders" is disabled on this machine\n', "")
    assert switched.said() == {"orders": {"enabled": False}}
    assert S_IMODE(switched.file.stat().st_mode) == 0o600
    on = switched.plugins("enable", "orders")
    assert (on.exit_code, on.stdout, on.stderr) == (0, 'the plugin "orders" is enabled again\n', "")
    assert not switched.file.exists()


def test_what_is_so_already_is_said_with_code_0(switched: Switched) -> None:
    assert switched.plugins("enable", "orders").stdout == 'the plugin "orders" is not disabled\n'
    switched.plugins("disable", "orders")
    again = switched.plugins("disable", "orders")
    assert (again.exit_code, again.stdout) == (0, 'the plugin "orders" is disabled already\n')


def test_json_says_what_has_changed(switched: Switched) -> None:
    assert switched.plugins("disable", "orders", "--json").json == {
        "plugin": "orders",
        "enabled": False,
        "changed": True,
        "file": str(switched.file),
        "dependents": [],
    }
    assert switched.plugins("enable", "orders", "--json").json["changed"] is True
    assert switched.plugins("enable", "orders", "--json").json["changed"] is False


def test_an_unknown_plugin_is_code_2_with_the_name_that_was_meant(switched: Switched) -> None:
    for command in ("disable", "enable"):
        outcome = switched.plugins(command, "ordres")
        assert (outcome.exit_code, outcome.stdout) == (2, "")
        assert outcome.stderr == 'error: no plugin is called "ordres"\n  = did you mean "orders"?\n'
    assert not switched.file.exists()


def test_what_a_plugin_registers_names_its_plugin(switched: Switched) -> None:
    outcome = switched.plugins("disable", "load_orders")
    assert outcome.exit_code == 2
    assert outcome.stderr == (
        'error: no plugin is called "load_orders"\n  = "load_orders" is registered by the plugin "orders": name that\n'
    )


def test_what_is_built_in_is_never_disabled(switched: Switched) -> None:
    outcome = switched.plugins("disable", "aetherflow")
    assert outcome.exit_code == 2
    assert outcome.stderr.splitlines()[0] == "error: what is built in is part of AetherFlow, and no plugin"


def test_an_unknown_plugin_beside_a_path_that_leads_nowhere_says_both(switched: Switched) -> None:
    switched.named = ["ordesr"]
    outcome = switched.plugins("disable", "orders")
    assert outcome.exit_code == 2
    assert outcome.stderr == (
        'error: no plugin is called "orders"\n'
        "  = no plugins are found; name the folder of others with --plugin-path or AETHERFLOW_PLUGIN_PATHS\n"
        '    the plugin path "ordesr" of --plugin-path does not exist; did you mean "orders"?\n'
    )


def test_names_are_compared_as_everywhere(switched: Switched) -> None:
    switched.project.write("orders/aetherflow-plugin.yaml", "name: Nightly_Orders\n")
    assert switched.plugins("disable", "nightly-orders").exit_code == 0
    assert switched.said() == {"Nightly_Orders": {"enabled": False}}
    assert switched.plugins("enable", "NIGHTLY.ORDERS").stdout == 'the plugin "Nightly_Orders" is enabled again\n'


def test_a_plugin_is_named_by_its_path_too(switched: Switched) -> None:
    assert switched.plugins("disable", "./orders").exit_code == 0
    assert switched.said() == {"orders": {"enabled": False}}


def test_one_that_is_not_found_here_can_be_enabled_and_not_disabled(switched: Switched) -> None:
    switched.plugins("disable", "orders")
    switched.named = []
    assert switched.plugins("disable", "orders").exit_code == 2
    assert switched.plugins("enable", "orders").stdout == 'the plugin "orders" is enabled again\n'
    assert not switched.file.exists()


def test_plugins_of_one_name_are_told_apart_by_their_ids(switched: Switched) -> None:
    switched.add_step("other/orders", "load_others")
    both = switched.plugins("disable", "orders")
    assert both.exit_code == 2
    assert both.stderr.splitlines()[0] == 'error: 2 plugins are called "orders"'
    listed = switched.plugins("list", "--json").json["plugins"]
    first, second = (each["id"] for each in listed if each["name"] == "orders")
    assert switched.plugins("disable", first).exit_code == 0
    assert [each["id"] for each in switched.plugins("list", "--json").json["left_out"]] == [first]
    # It stays so when the other one is gone, and its id is its name.
    switched.named = switched.named[:1] if first.endswith(_digest_of(switched, 0)) else switched.named[1:]
    alone = switched.plugins("list", "--json").json
    assert [(each["id"], each["enabled"]) for each in alone["left_out"]] == [("orders", False)]
    assert second != first


def test_enabling_one_of_a_name_leaves_the_others_disabled(switched: Switched) -> None:
    switched.plugins("disable", "orders")
    switched.add_step("other/orders", "load_others")
    assert len(switched.plugins("list", "--json").json["left_out"]) == 2  # one word means both
    first, second = (each["id"] for each in switched.plugins("list", "--json").json["left_out"])
    assert switched.plugins("enable", first).exit_code == 0
    assert [each["id"] for each in switched.plugins("list", "--json").json["left_out"]] == [second]


def test_help_shows_what_there_is_with_examples(switched: Switched) -> None:
    for words in (["enable"], ["disable"], ["config", "get"], ["config", "set"], ["config", "unset"]):
        outcome = switched.project.aetherflow("plugins", *words, "--help")
        assert outcome.exit_code == 0
        assert f"aetherflow plugins {' '.join(words)} " in outcome.stdout.partition("Examples:")[2]
    assert "  config  " in switched.project.aetherflow("plugins", "--help").stdout


def _digest_of(switched: Switched, number: int) -> str:
    from aetherflow.core.plugins.digests import short_path_digest

    return short_path_digest(str(switched.project.root / switched.named[number]))
