"""`plugins list` for people: what each plugin registers, where it comes from, why it may load."""

from tests.plugin_listing.conftest import Plugins

CONNECTOR = '''\
from aetherflow.core.api import ConnectorBase, register_connector, register_step


@register_step("load_orders")
def load_orders(ctx, inputs):
    """Loads a day of orders."""


@register_connector(kind="db", driver="mydb")
class MyDb(ConnectorBase):
    """Connects to our database."""

    def connect(self):
        pass
'''

MADE_IN_A_LOOP = """\
from aetherflow.core.api import register_step

for name in ("a", "b"):
    register_step(name)(lambda ctx, inputs: {})
"""


def test_each_plugin_is_listed_with_version_origin_trust_and_what_it_registers(plugins: Plugins) -> None:
    plugins.add("vendor/orders", CONNECTOR, 'name: orders-plugin\nversion: "1.2.0"\n')
    assert (
        plugins.listed()
        == """\
orders-plugin 1.2.0 · flag vendor/orders · named by --plugin-path
  step       load_orders       Loads a day of orders.
  connector  db:mydb           Connects to our database.
"""
    )


def test_the_built_ins_come_first(plugins: Plugins) -> None:
    plugins.add_step("one.py", "one")
    first, *_ = plugins.list().stdout.split("\n\n")
    assert first.startswith("aetherflow 0.1.0 · built-in · part of AetherFlow\n  step       check_items ")
    assert "\n  connector  db:sqlite3 " in first


def test_plugins_of_the_environment_say_so(plugins: Plugins) -> None:
    plugins.add_step("one.py", "one")
    plugins.named.clear()
    assert (
        plugins.listed(AETHERFLOW_PLUGIN_PATHS=" one.py , ")
        == """\
one 0 · environment one.py · named by AETHERFLOW_PLUGIN_PATHS
  step       one               Does one.
"""
    )


def test_a_plugin_that_cannot_be_read_without_running_it_is_shown_as_such(plugins: Plugins) -> None:
    plugins.add("many.py", MADE_IN_A_LOOP)
    outcome = plugins.list()
    assert outcome.stdout.endswith(
        """\
many 0 · flag many.py · named by --plugin-path
  it may register more: names that only its code knows
"""
    )
    assert (outcome.exit_code, outcome.stderr) == (0, "")


def test_two_plugins_of_one_name_are_told_apart(plugins: Plugins) -> None:
    plugins.add_step("a/orders", "one")
    plugins.add_step("b/orders", "two")
    heads = [line for line in plugins.listed().splitlines() if line.startswith("orders 0")]
    assert [head.partition(" · flag")[2] for head in heads] == [
        " a/orders · named by --plugin-path",
        " b/orders · named by --plugin-path",
    ]
    assert all(head.startswith("orders 0 · known as orders-") for head in heads)


def test_a_plugin_without_registrations_is_listed(plugins: Plugins) -> None:
    plugins.add("quiet.py", "X = 1\n")
    assert plugins.listed() == "quiet 0 · flag quiet.py · named by --plugin-path\n  registers nothing\n"


def test_a_name_that_another_plugin_took_says_who(plugins: Plugins) -> None:
    plugins.add_step("base.py", "load")
    plugins.add_step("mine.py", "load")
    assert (
        plugins.listed()
        == """\
base 0 · flag base.py · named by --plugin-path
  step       load              overridden by mine

mine 0 · flag mine.py · named by --plugin-path
  step       load              Does load.
"""
    )


def test_a_name_that_may_not_be_taken_over_is_refused_with_its_code(plugins: Plugins) -> None:
    plugins.add_step("mine.py", "log")
    outcome = plugins.list()
    assert outcome.stdout.endswith("  step       log               refused: AF-P601\n")
    assert outcome.exit_code == 0


def test_a_plugins_file_may_allow_to_take_over_a_built_in(plugins: Plugins) -> None:
    plugins.add_step("mine.py", "log", "Logs ours.")
    plugins.project.write("settings.yaml", "version: 1\nallow_overrides: [log]\n")
    printed = plugins.list("--plugins-file", "settings.yaml").stdout
    assert "  step       log               overridden by mine\n" in printed
    assert printed.endswith("  step       log               Logs ours.\n")


def test_without_colours_and_unicode_the_signs_are_plain(plugins: Plugins) -> None:
    plugins.add_step("one.py", "one")
    assert plugins.listed(LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0").startswith(
        "one 0 | flag one.py | named by --plugin-path\n"
    )
