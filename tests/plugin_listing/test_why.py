"""`plugins why NAME`: whose a name is, why that may load, and what it takes."""

import pytest

from tests.plugin_listing.conftest import DIGEST, Plugins

LOADER = '''\
from aetherflow.core.api import ConnectorBase, Step, register_connector, register_step


@register_step("load_orders")
class LoadOrders(Step):
    """Loads a day of orders."""

    effects = "once"
    input_schema = {
        "type": "object",
        "properties": {
            "day": {"type": "string", "description": "Which day."},
            "mode": {"enum": ["append", "replace"]},
            "keys": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]},
        },
        "required": ["day"],
    }

    def run(self, ctx, inputs):
        return {}


@register_connector(kind="db", driver="mydb")
class MyDb(ConnectorBase):
    """Connects to our database."""

    config_schema = {"type": "object", "properties": {"host": {"type": "string"}}, "required": ["host"]}

    def connect(self):
        pass
'''
MANIFEST = 'name: orders-plugin\nversion: "1.2.0"\nrequired_permissions: ["network:db:5432"]\n'


def without_digests(text: str) -> str:
    """Put digests aside."""
    return DIGEST.sub("DIGEST", text)


def test_a_step_type_is_told_from_its_line_to_its_inputs(plugins: Plugins) -> None:
    plugins.add("vendor/orders", LOADER, MANIFEST)
    outcome = plugins.why("load_orders")
    assert (
        without_digests(outcome.stdout)
        == """\
step load_orders
  Loads a day of orders.
  registered at  vendor/orders/steps.py:4
  plugin         orders-plugin 1.2.0
  origin         flag vendor/orders
  trust          named by --plugin-path
  effects        once
  order          path 1 of --plugin-path
  digest         DIGEST
  lock           no lock
  permissions    network:db:5432
  takes
    day   a string, required      Which day.
    mode  one of append, replace
    keys  a list of strings
"""
    )
    assert (outcome.exit_code, outcome.stderr) == (0, "")


@pytest.mark.parametrize("name", ["db:mydb", "mydb"])
def test_a_connector_is_known_by_kind_and_driver_and_by_its_driver(plugins: Plugins, name: str) -> None:
    plugins.add("vendor/orders", LOADER, MANIFEST)
    told = plugins.why(name).stdout
    assert told.startswith(
        "connector db:mydb\n  Connects to our database.\n  registered at  vendor/orders/steps.py:23\n"
    )
    assert told.endswith("  takes\n    config.host  a string, required\n")
    assert "effects" not in told


def test_a_built_in_is_told_like_any_other(plugins: Plugins) -> None:
    told = plugins.why("check_items").stdout
    assert told.startswith("step check_items\n  Counts items and ends SKIPPED")
    assert (
        "\n  plugin         aetherflow 0.1.0\n  origin         built-in\n  trust          part of AetherFlow\n" in told
    )
    assert "    items      a list or a mapping, required" in told


def test_the_winner_says_whom_it_overrode(plugins: Plugins) -> None:
    plugins.add_step("base.py", "load")
    plugins.add_step("mine.py", "load")
    told = plugins.why("load").stdout
    assert told.count("registered at") == 1
    assert "  registered at  mine.py:4\n" in told
    assert "  overrides      base (base.py:4)\n" in told


def test_an_override_that_is_refused_is_told_beside_the_one_in_effect(plugins: Plugins) -> None:
    plugins.add_step("mine.py", "fail")
    first, second = plugins.why("fail").stdout.split("\n\n")
    assert first.startswith("step fail\n  Fails with a message")
    assert second.startswith(
        """\
step fail: not in effect
  Does fail.
  AF-P601 the plugin "mine" may not override the built-in step "fail"
    at mine.py:4
    = give yours another name, or list "fail" under allow_overrides of plugins.yaml
  registered at  mine.py:4
"""
    )


def test_a_name_of_a_plugin_that_is_left_out_says_so_with_the_reason(plugins: Plugins) -> None:
    plugins.add_step("orders", "load", manifest="requires: [warehouse]\n")
    outcome = plugins.why("load")
    assert outcome.stdout.startswith(
        """\
step load: not in effect
  Does load.
  AF-P303 the plugin "orders" requires "warehouse", and there is no plugin of that name
    at orders/aetherflow-plugin.yaml:1
"""
    )
    assert outcome.exit_code == 0


@pytest.mark.parametrize("name", ["orders-plugin", "Orders_Plugin"])
def test_a_plugin_is_told_in_full(plugins: Plugins, name: str) -> None:
    plugins.add("vendor/orders", LOADER, MANIFEST)
    assert (
        without_digests(plugins.why(name).stdout)
        == """\
1. orders-plugin 1.2.0 · flag vendor/orders · named by --plugin-path
   path         vendor/orders
   order        path 1 of --plugin-path
   digest       DIGEST
   lock         no lock
   permissions  network:db:5432
   step       load_orders  steps.py:4   Loads a day of orders.
   connector  db:mydb      steps.py:23  Connects to our database.
"""
    )


def test_a_step_and_a_plugin_of_one_name_are_both_told(plugins: Plugins) -> None:
    plugins.add_step("load.py", "load")
    step, plugin = plugins.why("load").stdout.split("\n\n")
    assert step.startswith("step load\n")
    assert plugin.startswith("1. load 0 · flag load.py")


@pytest.mark.parametrize("name", ["./vendor/orders", "orders", "{path}"])
def test_a_refused_origin_is_told_with_the_reason(plugins: Plugins, name: str) -> None:
    plugins.add_step("./vendor/orders", "load")
    asked = name.format(path=plugins.project.root / "./vendor/orders")
    outcome = plugins.why(asked, AETHERFLOW_MODE="enterprise")
    assert outcome.stdout == (
        """\
not loaded in enterprise mode
  AF-P110 flag ./vendor/orders: enterprise mode loads nothing that --plugin-path names
    = name the folder under paths.plugins of the manifest
"""
    )
    assert outcome.exit_code == 0


def test_an_unknown_name_is_an_error_with_the_nearest_one(plugins: Plugins) -> None:
    plugins.add_step("orders.py", "load_orders")
    outcome = plugins.why("load_order")
    assert outcome.stderr == (
        'error: nothing that plugins register, and no plugin, is called "load_order"\n  = did you mean "load_orders"?\n'
    )
    assert (outcome.exit_code, outcome.stdout) == (2, "")


def test_an_unknown_name_may_be_one_that_only_code_knows_or_a_refused_one(plugins: Plugins) -> None:
    plugins.add("many.py", "from aetherflow.core.api import register_step\nregister_step(NAME)(print)\n")
    assert plugins.why("xyz").stderr.endswith(
        "  = `aetherflow plugins list --plugin-path many.py` shows all names\n"
        "    what these plugins register is only known when they run: many\n"
    )
    assert plugins.why("xyz", AETHERFLOW_MODE="enterprise").stderr.endswith(
        "  = `aetherflow plugins list --plugin-path many.py` shows all names\n"
        '    enterprise mode does not look into "many.py" (AF-P110): '
        "name the folder under paths.plugins of the manifest\n"
    )


def test_a_path_that_leads_nowhere_may_be_why_a_name_is_unknown(plugins: Plugins) -> None:
    plugins.add_step("plugins/orders.py", "load")
    plugins.named[:] = ["plugns"]
    assert plugins.why("load").stderr.endswith(
        '    the plugin path "plugns" of --plugin-path does not exist; did you mean "plugins"?\n'
    )


def test_a_file_is_told_with_the_plugin_that_it_is_of(plugins: Plugins) -> None:
    plugins.add_step("all/orders", "load", manifest="name: orders\n")
    plugins.add_step("all/orders/rates", "rate", manifest="name: rates\n")
    plugins.named[:] = ["all"]
    assert plugins.why("all/orders/steps.py").stdout.partition(". ")[2].startswith("orders 0 ")
    assert plugins.why("all/orders/rates/steps.py").stdout.partition(". ")[2].startswith("rates 0 ")
    assert plugins.why("all/orders/nobody.py").exit_code == 2


def test_an_unknown_name_is_told_as_json_too(plugins: Plugins) -> None:
    outcome = plugins.why("xyz", "--json")
    assert outcome.json["error"]["exit_code"] == outcome.exit_code == 2
    assert "flow" not in outcome.json


def test_the_answer_as_json_has_the_whole_schema_and_the_plugin(plugins: Plugins) -> None:
    file = plugins.add("vendor/orders", LOADER, MANIFEST)
    told = plugins.why("load_orders", "--json").json
    assert (told["asked"], told["mode"], told["plugins"], told["refused"]) == (
        "load_orders",
        "internal_fast",
        [],
        [],
    )
    (answer,) = told["names"]
    assert (answer["kind"], answer["file"], answer["line"]) == ("step", str(file), 4)
    assert (answer["in_effect"], answer["effects"], answer["reasons"], answer["overrides"]) == (True, "once", [], [])
    assert answer["input_schema"]["required"] == ["day"]
    assert (answer["plugin"]["name"], answer["plugin"]["load_order"]) == ("orders-plugin", 1)


def test_a_secret_of_the_environment_is_not_shown(plugins: Plugins) -> None:
    plugins.add_step("orders.py", "load", "Loads with hunter22 as its password.")
    assert "  Loads with *** as its password.\n" in plugins.why("load", DB_PASSWORD="hunter22").stdout


HOOKS = """\
from aetherflow.core.api import register_hook, register_tool


@register_hook("pre-execute")
def by_alias(data, ctx):
    \"\"\"Asked by its other name.\"\"\"


@register_hook("before_step")
def by_name(data, ctx):
    \"\"\"Asked by its name.\"\"\"


@register_tool("add")
def add(params, ctx):
    \"\"\"Adds.\"\"\"
"""


@pytest.mark.parametrize("asked", ["before_step", "pre-execute"])
def test_a_hook_is_told_under_either_of_its_names(asked: str, plugins: Plugins) -> None:
    plugins.add("desk", HOOKS)
    told = plugins.why(asked).stdout
    assert "hook pre-execute\n  Asked by its other name.\n" in told
    assert "hook before_step\n  Asked by its name.\n" in told
    assert plugins.why("after_step").exit_code == 2


@pytest.mark.parametrize("asked", ["tool.desk.add", "desk.add", "add"])
def test_a_tool_is_told_by_all_names_by_which_it_is_called(asked: str, plugins: Plugins) -> None:
    plugins.add("desk", HOOKS)
    told = plugins.why(asked).stdout
    assert told.startswith("tool tool.desk.add\n  Adds.\n  registered at  desk/steps.py:14\n")
    assert "  effects        idempotent\n" in told


def test_an_observer_is_told_by_the_name_that_plugins_yaml_has_for_it(plugins: Plugins) -> None:
    text = 'from aetherflow.core.api import ObserverPlugin\n\n\nclass Tally(ObserverPlugin):\n    """Counts."""\n'
    plugins.add("seen.py", text)
    told = plugins.why("seen.Tally").stdout
    assert told.startswith("observer seen.Tally\n  Counts.\n  defined at  seen.py:4\n")


def test_of_links_in_descriptions_the_words_are_shown(plugins: Plugins) -> None:
    told = plugins.why("db_load").stdout
    assert "  What the file is; without it, the ending of its name tells.\n" in told
    assert "](" not in told
