"""The last one to register a name has it, every override is recorded, and none takes effect without leave."""

from typing import Any

import pytest
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Severity
from aetherflow.core.contracts.registry import Contribution, Kind
from aetherflow.core.plugins.catalogue import Catalogue, OverridePolicy, build_catalogue
from tests.plugin_order.ordering import built_in, contribution, shown_without_source


def catalogue_of(*contributions: Contribution, mode: Any = "internal_fast", **policy: Any) -> Catalogue:
    """Put contributions together under a policy."""
    return build_catalogue(contributions, OverridePolicy(mode=mode, **policy))


def codes(catalogue: Catalogue) -> list[tuple[str, str]]:
    """Give the plugins and codes of the findings."""
    return [(finding.plugin, finding.diagnostic.code) for finding in catalogue.findings]


def owners(catalogue: Catalogue) -> dict[str, str]:
    """Give who has each name."""
    return {f"{each.kind} {each.name}": each.plugin for each in catalogue.contributions}


def test_each_name_of_each_kind_is_there() -> None:
    kinds: tuple[Kind, ...] = ("step", "connector", "compiler", "tool", "command", "executor", "plugin")
    catalogue = catalogue_of(*(contribution("a", "x", kind) for kind in kinds))
    assert list(owners(catalogue)) == [f"{kind} x" for kind in kinds]
    assert list(catalogue.registry.steps) == ["x"]
    assert list(catalogue.registry.connectors) == ["x"]
    assert (catalogue.overrides, catalogue.findings) == ((), ())


def test_the_last_one_has_a_name_and_the_others_are_recorded_newest_first() -> None:
    one, two, three = (contribution(plugin, "load") for plugin in "abc")
    catalogue = catalogue_of(one, contribution("a", "other"), two, three)
    assert catalogue.registry.steps["load"] is three
    assert owners(catalogue) == {"step other": "a", "step load": "c"}
    (override,) = catalogue.overrides
    assert (override.kind, override.name, override.winner, override.losers) == ("step", "load", three, (two, one))
    assert not override.is_approved
    assert catalogue.findings == ()


def test_what_overrides_stands_where_it_loads() -> None:
    catalogue = catalogue_of(contribution("a", "x"), contribution("a", "y"), contribution("b", "x"))
    assert [each.name for each in catalogue.contributions] == ["y", "x"]


def test_to_override_a_built_in_is_an_error_and_has_no_effect() -> None:
    catalogue = catalogue_of(built_in("log"), contribution("a", "log"))
    assert owners(catalogue) == {"step log": "aetherflow"}
    assert catalogue.overrides == ()
    assert codes(catalogue) == [("a", "AF-P601")]
    assert shown_without_source(catalogue.findings) == (
        'error[AF-P601]: the plugin "a" may not override the built-in step "log"\n'
        " --> /plugins/a/steps.py:3:1\n"
        '  = give yours another name, or list "log" under allow_overrides of plugins.yaml\n'
        "  = note: the one at /plugins/aetherflow/steps.py:9 stays in effect\n"
        "\n"
        "1 error"
    )


def test_a_built_in_that_plugins_yaml_lists_may_be_overridden() -> None:
    catalogue = catalogue_of(built_in("log"), contribution("a", "log"), allowed=frozenset({"log"}))
    assert owners(catalogue) == {"step log": "a"}
    assert codes(catalogue) == []
    (override,) = catalogue.overrides
    assert [loser.origin for loser in override.losers] == ["built-in"]
    assert override.is_approved


@pytest.mark.parametrize("name", ["Log", "log ", "l*", "step:log"])
def test_leave_is_given_by_the_exact_name_alone(name: str) -> None:
    catalogue = catalogue_of(built_in("log"), contribution("a", "log"), allowed=frozenset({name}))
    assert codes(catalogue) == [("a", "AF-P601")]


def test_in_internal_fast_the_manifest_gives_no_leave_to_override_a_built_in() -> None:
    catalogue = catalogue_of(built_in("log"), contribution("a", "log"), trusted=frozenset({"log"}))
    assert codes(catalogue) == [("a", "AF-P601")]


def test_everyone_who_tries_is_told() -> None:
    catalogue = catalogue_of(built_in("log"), contribution("a", "log"), contribution("b", "log"))
    assert codes(catalogue) == [("a", "AF-P601"), ("b", "AF-P601")]
    assert owners(catalogue) == {"step log": "aetherflow"}


def test_in_enterprise_any_override_needs_the_operators_leave() -> None:
    catalogue = catalogue_of(contribution("a", "load"), contribution("b", "load"), mode="enterprise")
    assert owners(catalogue) == {"step load": "a"}
    assert catalogue.overrides == ()
    assert shown_without_source(catalogue.findings) == (
        'error[AF-P602]: the plugin "b" may not override the step "load" of the plugin "a"\n'
        " --> /plugins/b/steps.py:3:1\n"
        '  = give yours another name; the operator may list "load" under trust.overrides\n'
        "  = note: the one at /plugins/a/steps.py:3 stays in effect\n"
        "\n"
        "1 error"
    )


def test_in_enterprise_plugins_yaml_gives_no_leave() -> None:
    allowed = frozenset({"log", "load"})
    overriding = (built_in("log"), contribution("a", "log"), contribution("a", "load"), contribution("b", "load"))
    catalogue = catalogue_of(*overriding, mode="enterprise", allowed=allowed)
    assert codes(catalogue) == [("a", "AF-P602"), ("b", "AF-P602")]


def test_in_enterprise_the_manifest_gives_leave_for_built_ins_and_for_plugins() -> None:
    overriding = (built_in("log"), contribution("a", "log"), contribution("a", "load"), contribution("b", "load"))
    catalogue = catalogue_of(*overriding, mode="enterprise", trusted=frozenset({"log", "load"}))
    assert owners(catalogue) == {"step log": "a", "step load": "b"}
    assert [override.is_approved for override in catalogue.overrides] == [True, True]
    assert codes(catalogue) == []


@pytest.mark.parametrize("mode", ["internal_fast", "enterprise"])
def test_what_a_plugin_registers_twice_is_recorded_and_needs_no_leave(mode: str) -> None:
    catalogue = catalogue_of(contribution("a", "x", line=3), contribution("a", "x", line=7), mode=mode)
    assert catalogue.registry.steps["x"].line == 7
    assert [loser.line for loser in catalogue.overrides[0].losers] == [3]
    assert codes(catalogue) == []


@pytest.mark.parametrize("mode", ["internal_fast", "enterprise"])
@pytest.mark.parametrize("kind", ["hook", "observer"])
def test_hooks_and_observers_of_one_name_are_all_there(kind: Kind, mode: str) -> None:
    both = (built_in("audit", kind), contribution("a", "audit", kind), contribution("b", "audit", kind))
    catalogue = catalogue_of(*both, mode=mode)
    assert catalogue.contributions == both
    assert (catalogue.overrides, catalogue.findings) == ((), ())


def test_one_name_of_two_kinds_is_no_override() -> None:
    assert catalogue_of(contribution("a", "x"), contribution("b", "x", "tool")).overrides == ()


def test_schemes_have_no_case() -> None:
    catalogue = catalogue_of(contribution("a", "s3", "compiler"), contribution("b", "S3", "compiler"))
    assert [override.winner.plugin for override in catalogue.overrides] == ["b"]


@pytest.mark.parametrize(
    ("kind", "name"), [("command", "run"), ("command", "Plugins"), ("step", "aetherflow.log"), ("step", "tool.a.b")]
)
@pytest.mark.parametrize("mode", ["internal_fast", "enterprise"])
def test_a_reserved_name_is_an_error_that_nothing_allows(kind: Kind, name: str, mode: str) -> None:
    leave = frozenset({name})
    catalogue = catalogue_of(contribution("a", name, kind), mode=mode, allowed=leave, trusted=leave)
    assert catalogue.contributions == ()
    assert catalogue.registry.steps == {}
    assert codes(catalogue) == [("a", "AF-P603")]


@pytest.mark.parametrize(("kind", "name"), [("step", "run"), ("command", "aetherflow.x"), ("step", "toolbox.x")])
def test_a_name_is_reserved_for_its_own_kind_only(kind: Kind, name: str) -> None:
    assert codes(catalogue_of(contribution("a", name, kind))) == []


def test_a_reserved_name_is_told_with_whose_it_is() -> None:
    catalogue = catalogue_of(contribution("a", "tool.a.b"), contribution("a", "run", "command"))
    assert shown_without_source(catalogue.findings) == (
        'error[AF-P603]: the plugin "a" may not register the step "tool.a.b"\n'
        " --> /plugins/a/steps.py:3:1\n"
        '  = give it another name: names that begin with "tool." are the step types of tools\n'
        "\n"
        'error[AF-P603]: the plugin "a" may not register the command "run"\n'
        " --> /plugins/a/steps.py:3:1\n"
        '  = give it another name: "run" is a command of AetherFlow itself\n'
        "\n"
        "2 errors"
    )


def test_built_ins_may_have_the_names_that_are_reserved_for_them() -> None:
    assert owners(catalogue_of(built_in("aetherflow.log"))) == {"step aetherflow.log": "aetherflow"}


def test_a_plugin_that_is_called_like_another_one_overrides_it_all_the_same() -> None:
    mine, theirs = (replace(contribution("orders", "load"), place=place) for place in ("/mine", "/theirs"))
    (finding,) = build_catalogue([mine, theirs], OverridePolicy(mode="enterprise")).findings
    assert (finding.diagnostic.code, finding.diagnostic.severity) == ("AF-P602", Severity.ERROR)
    assert not build_catalogue([mine, mine], OverridePolicy(mode="enterprise")).findings


def test_a_program_whose_module_is_called_aetherflow_is_not_the_built_ins() -> None:
    ours = contribution("aetherflow", "log", origin="embedding program")
    catalogue = build_catalogue([built_in("log"), ours], OverridePolicy(mode="internal_fast"))
    assert [each.diagnostic.code for each in catalogue.findings] == ["AF-P601"]
