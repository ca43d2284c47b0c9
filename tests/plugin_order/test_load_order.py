"""Plugins load after those they require; where that cannot be, they are left out, and it is said where and why."""

from pathlib import Path

import pytest

from aetherflow.core.plugins.load_order import load_order
from aetherflow.version import VERSION
from tests.plugin_order.ordering import fault, in_memory, known, left_out, messages, names, ordered, shown, write_plugin


def test_a_plugin_loads_after_those_it_requires(tmp_path: Path) -> None:
    order = ordered(tmp_path, {"orders": "requires: [warehouse, clock]", "clock": "", "warehouse": ""})
    assert names(order) == ["clock", "warehouse", "orders"]
    assert order.left_out == ()


def test_plugins_that_require_nothing_keep_their_order(tmp_path: Path) -> None:
    assert names(ordered(tmp_path, {"c": "", "a": "", "b": ""})) == ["c", "a", "b"]


def test_while_a_plugin_waits_those_behind_it_load_in_their_order() -> None:
    plugins = [in_memory("a", "d"), in_memory("b"), in_memory("c"), in_memory("d"), in_memory("e")]
    assert names(load_order(plugins, {})) == ["b", "c", "d", "a", "e"]


def test_names_are_compared_as_pypi_does(tmp_path: Path) -> None:
    order = ordered(tmp_path, {"orders": "requires: [My.Ware__house]", "w": "name: my-ware-house"})
    assert names(order) == ["my-ware-house", "orders"]


@pytest.mark.parametrize("required", ["warehouse>=1.2", "warehouse ~= 1.1", "warehouse==1.*,!=1.2", "warehouse (<2)"])
def test_a_version_in_the_range_serves(required: str) -> None:
    plugins = [in_memory("orders", required), in_memory("warehouse", version="1.3")]
    assert names(load_order(plugins, {})) == ["warehouse", "orders"]


def test_a_pre_release_that_is_there_serves() -> None:
    plugins = [in_memory("orders", "warehouse>=1.2"), in_memory("warehouse", version="1.3rc1")]
    assert names(load_order(plugins, {})) == ["warehouse", "orders"]


def test_a_missing_plugin_is_told_at_its_line_with_the_one_that_was_meant(tmp_path: Path) -> None:
    order = ordered(tmp_path, {"orders": "requires:\n  - warehouse\n  - clok>=1", "warehouse": "", "clock": ""})
    assert names(order) == ["warehouse", "clock"]
    assert shown(tmp_path, *order.left_out[0].diagnostics) == (
        'error[AF-P303]: the plugin "orders" requires "clok", and there is no plugin of that name\n'
        " --> /orders/aetherflow-plugin.yaml:5:5\n"
        "  |\n"
        "5 |   - clok>=1\n"
        '  |     ^^^^^^^ did you mean "clock"?\n'
        "  |\n"
        "  = install it or name its folder; `aetherflow plugins list` shows the plugins that are there\n"
        "\n"
        "1 error"
    )


def test_a_version_that_does_not_serve_is_told_with_the_one_that_is_there(tmp_path: Path) -> None:
    order = ordered(tmp_path, {"orders": "requires: [warehouse>=2]", "warehouse": 'version: "1.2"'})
    assert shown(tmp_path, *order.left_out[0].diagnostics) == (
        'error[AF-P303]: the plugin "orders" requires "warehouse>=2", and "warehouse" is there in version 1.2\n'
        " --> /orders/aetherflow-plugin.yaml:3:12\n"
        "  |\n"
        "3 | requires: [warehouse>=2]\n"
        "  |            ^^^^^^^^^^^^\n"
        "  |\n"
        "  = bring in a version that is asked for, or widen the range where the other serves\n"
        "\n"
        "1 error"
    )


def test_a_plugin_without_a_version_has_the_version_0(tmp_path: Path) -> None:
    order = ordered(tmp_path, {"orders": "requires: [warehouse>=0.1]", "warehouse": ""})
    assert messages(order) == ['the plugin "orders" requires "warehouse>=0.1", and "warehouse" is there in version 0']


def test_a_version_that_is_none_serves_where_any_does() -> None:
    warehouse = in_memory("warehouse", version="today")
    order = load_order([in_memory("a", "warehouse"), in_memory("b", "warehouse>=1"), warehouse], {})
    assert names(order) == ["warehouse", "a"]
    assert left_out(order) == {"b": ["AF-P303"]}


def test_whoever_requires_what_is_left_out_is_left_out_too_all_the_way(tmp_path: Path) -> None:
    order = ordered(tmp_path, {"a": "requires: [b]", "b": "requires: [c]", "c": "requires: [nobody]", "d": ""})
    assert names(order) == ["d"]
    assert left_out(order) == {"a": ["AF-P303"], "b": ["AF-P303"], "c": ["AF-P303"]}
    assert shown(tmp_path, *order.left_out[1].diagnostics) == (
        'error[AF-P303]: the plugin "b" requires "c", which is left out itself\n'
        " --> /b/aetherflow-plugin.yaml:3:12\n"
        "  |\n"
        "3 | requires: [c]\n"
        "  |            ^\n"
        "  |\n"
        '  = mend "c" first: AF-P303 at /c/aetherflow-plugin.yaml:3\n'
        "\n"
        "1 error"
    )


def test_what_leaves_a_plugin_out_already_stays_and_its_requirements_are_judged_all_the_same(tmp_path: Path) -> None:
    wrong = fault()
    order = ordered(tmp_path, {"a": "requires: [b]", "b": "requires: [nobody]", "c": ""}, b=[wrong])
    assert names(order) == ["c"]
    assert left_out(order) == {"a": ["AF-P303"], "b": ["AF-P201", "AF-P303"]}
    assert order.left_out[1].diagnostics[0] is wrong
    assert order.left_out[0].diagnostics[0].hint == 'mend "b" first: AF-P201'


def test_a_cycle_leaves_out_all_that_are_in_it_and_is_one_finding(tmp_path: Path) -> None:
    order = ordered(tmp_path, {"a": "requires: [d, b]", "b": "requires: [c]", "c": "requires: [a]", "d": ""})
    assert names(order) == ["d"]
    assert left_out(order) == {"a": ["AF-P304"], "b": ["AF-P304"], "c": ["AF-P304"]}
    first, *others = (left.diagnostics for left in order.left_out)
    assert others == [first, first]
    assert shown(tmp_path, *order.left_out[0].diagnostics) == (
        "error[AF-P304]: plugins require each other: a → b → c → a\n"
        " --> /a/aetherflow-plugin.yaml:3:15\n"
        "  |\n"
        "3 | requires: [d, b]\n"
        "  |               ^\n"
        "  |\n"
        "  = take one of these requirements out; what both need can be a plugin of its own\n"
        "\n"
        "1 error"
    )


def test_a_plugin_that_requires_itself_is_a_cycle(tmp_path: Path) -> None:
    assert messages(ordered(tmp_path, {"a": "requires: [a]"})) == ['the plugin "a" requires itself']


def test_whoever_requires_one_of_a_cycle_is_left_out_and_not_called_a_part_of_it() -> None:
    order = load_order([in_memory("z", "a"), in_memory("a", "b"), in_memory("b", "a")], {})
    assert left_out(order) == {"z": ["AF-P303"], "a": ["AF-P304"], "b": ["AF-P304"]}


def test_of_a_long_cycle_the_middle_is_not_shown() -> None:
    order = load_order([in_memory(f"p{number}", f"p{(number + 1) % 30}") for number in range(30)], {})
    assert messages(order)[0] == (
        "plugins require each other: p0 → p1 → p2 → p3 → p4 → … 21 more … → p26 → p27 → p28 → p29 → p0"
    )


def test_of_two_plugins_of_one_name_one_is_enough(tmp_path: Path) -> None:
    write_plugin(tmp_path, "old", "name: warehouse\nversion: '1.0'")
    write_plugin(tmp_path, "new", "name: warehouse\nversion: '2.0'")
    write_plugin(tmp_path, "orders", "requires: [warehouse>=2]")
    plugins = known(tmp_path, "orders", "old", "new")
    old, new = plugins[1].source.id, plugins[2].source.id
    assert names(load_order(plugins, {})) == [old, new, "orders"]
    assert names(load_order(plugins, {old: [fault()]})) == [new, "orders"]
    assert left_out(load_order(plugins, {new: [fault()]})) == {"orders": ["AF-P303"], new: ["AF-P201"]}


def test_a_plugin_that_requires_its_own_name_means_the_other_of_that_name(tmp_path: Path) -> None:
    write_plugin(tmp_path, "base/warehouse")
    write_plugin(tmp_path, "more/warehouse", "requires: [warehouse]")
    plugins = known(tmp_path, "more/warehouse", "base/warehouse")
    assert names(load_order(plugins, {})) == [plugins[1].source.id, plugins[0].source.id]


def test_aetherflow_itself_is_there_for_all_who_require_it() -> None:
    order = load_order([in_memory("a", f"AetherFlow>={VERSION}"), in_memory("b", "aetherflow>=99")], {})
    assert names(order) == ["a"]
    assert messages(order) == [
        f'the plugin "b" requires "aetherflow>=99", and "aetherflow" is there in version {VERSION}'
    ]


def test_a_requirement_for_other_pythons_is_none_here() -> None:
    plugins = [in_memory("a", 'nobody; python_version < "3"'), in_memory("b", 'nobody; python_version > "3"')]
    assert names(load_order(plugins, {})) == ["a"]


@pytest.mark.parametrize("required", ["warehouse >1 or so", "", ">=1", "a b", "w>=1.x", 'w; os_name ~= "posix"', "é"])
def test_a_requirement_that_cannot_be_read_stops_nothing(required: str) -> None:
    order = load_order([in_memory("a", required), in_memory("w")], {})
    assert [*names(order), *left_out(order)] in (["a", "w"], ["w", "a"])


def test_findings_stand_at_their_own_entry_though_another_is_none(tmp_path: Path) -> None:
    order = ordered(tmp_path, {"a": "requires:\n  - [1]\n  - nobody", "b": ""})
    assert [finding.span and finding.span.line for finding in order.left_out[0].diagnostics] == [5]


def test_a_chain_of_thousands_meets_no_limit() -> None:
    plugins = [in_memory(f"p{number}", f"p{number + 1}") for number in range(3000)] + [in_memory("p3000")]
    assert names(load_order(plugins, {})) == [f"p{number}" for number in range(3000, -1, -1)]
