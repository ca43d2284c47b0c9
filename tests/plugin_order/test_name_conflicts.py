"""Overrides that nobody has settled are told, and what settles them now."""

from pathlib import Path

from aetherflow.core.plugins.catalogue import OverridePolicy, build_catalogue
from aetherflow.core.plugins.contributions import static_contributions
from aetherflow.core.plugins.inventory import read_plugins
from aetherflow.core.plugins.load_order import load_order
from aetherflow.core.plugins.name_conflicts import scheme_findings, tie_break_findings
from aetherflow.core.plugins.origins import OriginRequest, resolve_origins
from aetherflow.core.plugins.plugin_set import PluginSet
from aetherflow.core.plugins.site_scan import scan_site
from tests.plugin_order.ordering import built_in, contribution, readings, shown, write_plugin
from tests.plugins.installing import install

LOAD = (
    'from aetherflow.core.api import register_step\n\n@register_step("load")\ndef load(ctx, inputs):\n    return {}\n'
)


def gathered(root: Path, *flags: str, environment: str = "", site: Path | None = None) -> PluginSet:
    """Put together what paths and a site directory hold."""
    distributions = scan_site(str(site)).distributions if site else ()
    verdict = resolve_origins(
        OriginRequest(
            mode="internal_fast",
            cwd=str(root),
            flag_paths=flags,
            environment_paths=environment,
            distributions=distributions,
        )
    )
    order = load_order(read_plugins(verdict.accepted, readings()), {})
    contributions = [each for plugin in order.plugins for each in static_contributions(plugin)]
    return PluginSet(
        mode="internal_fast",
        strict=True,
        origins=verdict,
        plugins=order.plugins,
        left_out=order.left_out,
        catalogue=build_catalogue(contributions, OverridePolicy(mode="internal_fast")),
        lock=None,
        findings=(),
    )


def told(plugins: PluginSet) -> list[tuple[str, str, str]]:
    """Give the plugin, severity and message of what is left to a tie-break."""
    findings = [(finding.plugin, finding.diagnostic) for finding in tie_break_findings(plugins)]
    return [(plugin, str(found.severity), found.message) for plugin, found in findings]


def test_the_place_in_a_list_of_paths_is_a_warning_with_both_places(tmp_path: Path) -> None:
    write_plugin(tmp_path, "a", code=LOAD)
    write_plugin(tmp_path, "b", code=LOAD)
    (finding,) = tie_break_findings(gathered(tmp_path, "a", "b"))
    assert finding.plugin == "b"
    assert shown(tmp_path, finding.diagnostic) == (
        'warning[AF-P604]: the step "load" of "b" overrides that of "a" only because its plugin\'s path stands later '
        "in --plugin-path\n"
        " --> /b/steps.py:3:1\n"
        "  |\n"
        '3 | @register_step("load")\n'
        "  | ^^^^^^^^^^^^^^^^^^^^^^\n"
        "  |\n"
        '  = where it is meant, list "a" under `requires` of "b"; else rename one\n'
        "  = note: the other one is at /a/steps.py:3\n"
        "\n"
        "1 warning"
    )


def test_the_precedence_of_origins_is_a_note(tmp_path: Path) -> None:
    write_plugin(tmp_path, "a", code=LOAD)
    write_plugin(tmp_path, "b", code=LOAD)
    reason = "--plugin-path comes after AETHERFLOW_PLUGIN_PATHS"
    message = f'the step "load" of "a" overrides that of "b" only because {reason}'
    assert told(gathered(tmp_path, "a", environment="b")) == [("a", "note", message)]


def test_the_name_of_a_distribution_is_a_warning(tmp_path: Path) -> None:
    site = tmp_path / "site"
    for name in ("zeta", "alpha"):
        install(site, name, module=name, files={f"{name}/__init__.py": LOAD})
    reason = 'the step "load" of "zeta" overrides that of "alpha" only because its plugin\'s name comes later'
    assert told(gathered(tmp_path, site=site)) == [("zeta", "warning", reason)]


def test_two_plugins_below_one_path_are_settled_by_name(tmp_path: Path) -> None:
    for name in ("all/a", "all/b"):
        write_plugin(tmp_path, name, "version: '1.0'", LOAD)
    assert [(plugin, severity) for plugin, severity, _ in told(gathered(tmp_path, "all"))] == [("b", "warning")]


def test_a_requirement_settles_it(tmp_path: Path) -> None:
    write_plugin(tmp_path, "a", "requires: [c]", LOAD)
    write_plugin(tmp_path, "b", "", LOAD)
    write_plugin(tmp_path, "c", "requires: [b]")
    plugins = gathered(tmp_path, "a", "b", "c")
    assert plugins.catalogue.registry.steps["load"].plugin == "a"
    assert told(plugins) == []


def test_what_is_late_because_of_what_it_requires_is_a_warning(tmp_path: Path) -> None:
    write_plugin(tmp_path, "a", "requires: [c]", LOAD)
    write_plugin(tmp_path, "b", "", LOAD)
    write_plugin(tmp_path, "c")
    reason = 'the step "load" of "a" overrides that of "b" only because what "a" requires loads late'
    assert told(gathered(tmp_path, "a", "b", "c")) == [("a", "warning", reason)]


def test_each_that_loses_is_told(tmp_path: Path) -> None:
    for name in "abc":
        write_plugin(tmp_path, name, code=LOAD)
    notes = [finding.diagnostic.notes for finding in tie_break_findings(gathered(tmp_path, "a", "b", "c"))]
    assert notes == [(f"the other one is at {tmp_path}/{loser}/steps.py:3",) for loser in ("b", "a")]


def test_what_a_plugin_registers_twice_is_no_tie(tmp_path: Path) -> None:
    write_plugin(tmp_path, "a", code=LOAD + LOAD)
    assert told(gathered(tmp_path, "a")) == []


def test_a_scheme_that_two_plugins_claim_is_a_warning() -> None:
    two = (contribution("a", "My", "compiler"), contribution("b", "my", "compiler"), contribution("b", "x"))
    (finding,) = scheme_findings(build_catalogue(two, OverridePolicy(mode="internal_fast")))
    assert finding.plugin == "b"
    told = finding.diagnostic
    assert shown_one(told.code, told.message, told.label, told.hint) == (
        "AF-P605\n"
        'the URI scheme "my" is claimed by "b" and by "a"\n'
        '"b" has it, for it loads last\n'
        'rename one of the two, or list "My" under allow_overrides of plugins.yaml'
    )


def shown_one(*parts: str | None) -> str:
    return "\n".join(part for part in parts if part)


def test_a_scheme_that_somebody_has_allowed_to_change_hands_is_quiet() -> None:
    two = (contribution("a", "my", "compiler"), contribution("b", "my", "compiler"))
    policies = (
        OverridePolicy(mode="internal_fast", allowed=frozenset({"my"})),
        OverridePolicy(mode="enterprise", trusted=frozenset({"my"})),
        OverridePolicy(mode="enterprise"),  # refused with an error, which is enough
    )
    assert [list(scheme_findings(build_catalogue(two, policy))) for policy in policies] == [[], [], []]


def test_a_built_in_scheme_that_may_be_overridden_is_quiet() -> None:
    policy = OverridePolicy(mode="internal_fast", allowed=frozenset({"http"}))
    catalogue = build_catalogue((built_in("http", "compiler"), contribution("a", "http", "compiler")), policy)
    assert list(scheme_findings(catalogue)) == []
