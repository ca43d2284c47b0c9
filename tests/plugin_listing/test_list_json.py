"""`plugins list --json`: what programs may rely on."""

from tests.plugin_listing.conftest import Plugins

ALWAYS = {"name", "version", "origin", "path", "trust", "digest", "load_order", "provides"}


def test_the_stable_fields_are_there(plugins: Plugins) -> None:
    file = plugins.add_step("orders", "load", "Loads a day.", 'name: orders-plugin\nversion: "1.2"\n')
    listed = plugins.list("--json").json
    assert {"mode", "plugins", "overrides", "refused"} <= listed.keys()
    assert listed["mode"] == "internal_fast"
    built_in, orders = listed["plugins"]
    assert built_in.keys() >= ALWAYS
    assert (built_in["name"], built_in["origin"], built_in["load_order"]) == ("aetherflow", "built-in", 0)
    assert {name: orders[name] for name in ALWAYS - {"digest", "provides"}} == {
        "name": "orders-plugin",
        "version": "1.2",
        "origin": "flag",
        "path": str(file.parent),
        "trust": "named by --plugin-path",
        "load_order": 1,
    }
    assert orders["digest"].startswith("sha256:")
    assert orders["provides"] == [
        {
            "kind": "step",
            "name": "load",
            "file": str(file),
            "line": 4,
            "summary": "Loads a day.",
            "overridden_by": None,
            "refused": None,
            "in_effect": True,
        }
    ]


def test_the_further_fields_say_what_the_manifest_does(plugins: Plugins) -> None:
    manifest = "name: orders\nauthor: Ann\ndescription: Orders.\nrequired_permissions: ['read:/data']\n"
    plugins.add_step("orders", "load", manifest=manifest)
    orders = plugins.json()["orders"]
    told = {name: orders[name] for name in ("id", "author", "description", "permissions", "requires", "complete")}
    assert told == {
        "id": "orders",
        "author": "Ann",
        "description": "Orders.",
        "permissions": ["read:/data"],
        "requires": [],
        "complete": True,
    }
    assert (orders["isolation"], orders["signer"], orders["loaded"], orders["lock"]) == (
        "in_process",
        None,
        None,
        "no lock",
    )


def test_an_override_names_both_sides(plugins: Plugins) -> None:
    one, two = plugins.add_step("one.py", "load"), plugins.add_step("two.py", "load")
    listed = plugins.list("--json").json
    assert listed["overrides"] == [
        {
            "kind": "step",
            "name": "load",
            "winner": {"plugin": "two", "version": "0", "origin": "flag", "file": str(two), "line": 4},
            "losers": [{"plugin": "one", "version": "0", "origin": "flag", "file": str(one), "line": 4}],
            "approved": False,
        }
    ]
    assert [plugin["provides"][0]["overridden_by"] for plugin in listed["plugins"][1:]] == ["two", None]


def test_a_refused_override_is_no_override(plugins: Plugins) -> None:
    plugins.add_step("mine.py", "log")
    listed = plugins.list("--json").json
    assert listed["overrides"] == []
    (name,) = listed["plugins"][1]["provides"]
    assert (name["refused"], name["in_effect"]) == ("AF-P601", False)
    assert [(each["plugin"], each["code"]) for each in listed["findings"]] == [("mine", "AF-P601")]


def test_a_refusal_says_where_why_and_what_to_do(plugins: Plugins) -> None:
    file = plugins.add_step("mine.py", "mine")
    listed = plugins.list("--json", AETHERFLOW_MODE="enterprise").json
    assert listed["mode"] == "enterprise"
    assert listed["refused"] == [
        {
            "origin": "flag",
            "path": str(file),
            "named": "mine.py",
            "reason": "enterprise mode loads nothing that --plugin-path names",
            "code": "AF-P110",
            "hint": "name the folder under paths.plugins of the manifest",
        }
    ]


def test_what_is_left_out_has_no_place_in_the_load_order(plugins: Plugins) -> None:
    plugins.add("broken.py", "def (\n")
    broken = plugins.json()["broken"]
    assert (broken["load_order"], broken["reasons"][0]["code"]) == (None, "AF-P141")


def test_a_plugin_that_cannot_be_read_is_not_complete(plugins: Plugins) -> None:
    plugins.add("many.py", "from aetherflow.core.api import register_step\nregister_step(NAME)(print)\n")
    assert plugins.json()["many"]["complete"] is False


def test_paths_whose_bytes_are_no_text_are_still_json(plugins: Plugins) -> None:
    (plugins.project.root / "bad\udcff").mkdir()
    plugins.project.write("bad\udcff/one.py", "X = 1\n")
    plugins.named.append("bad\udcff")
    assert plugins.list("--json").json["plugins"][1]["name"] == r"bad\udcff"
