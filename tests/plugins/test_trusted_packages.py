"""A distribution is trusted for its name: which is ASCII, borne by one alone, and said in the site directory."""

import sys
from pathlib import Path

import pytest

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.operations.plugin_surroundings import plugins_of
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.plugins.distribution_names import is_distribution_name, normalised_name
from aetherflow.core.plugins.distributions import installed_distributions
from aetherflow.core.plugins.origins import ManifestOrigins, ResolvedOrigins, refusal_findings
from aetherflow.core.plugins.plugin_set import PluginSet
from aetherflow.core.plugins.site_scan import scan_site
from tests.plugins.asking import accepted, refused, resolved
from tests.plugins.installing import install, install_editable
from tests.support.project import clean_environment

KELVIN = "\u212aiosk"  # str.lower() makes "kiosk" of it


def trusting(root: Path, name: str, *sites: str) -> tuple[ResolvedOrigins, list[Diagnostic]]:
    """Resolve what lies in site directories in enterprise, where the manifest trusts this name."""
    folders = [str(root / site) for site in sites or ("site",)]
    reading = installed_distributions(folders, scan_site, frozenset({normalised_name(name)}))
    manifest = ManifestOrigins(folder=str(root), trusted_packages=(name,))
    verdict = resolved("enterprise", root, manifest, distributions=reading.distributions)
    return verdict, [*reading.diagnostics]


@pytest.mark.parametrize("name", ["a", "A1", "acme.orders_plugin-2"])
def test_names_of_distributions_are_ascii(name: str) -> None:
    assert is_distribution_name(name)


@pytest.mark.parametrize(
    "name", ["", KELVIN, "größe", "a b", "a\n", "-a", "a-", "acme-*", "\u0430cme", "ａｃｍｅ", "a>1"]
)
def test_nothing_else_is_a_name_of_one(name: str) -> None:
    assert not is_distribution_name(name)


def test_only_ascii_has_a_lower_case() -> None:
    assert normalised_name("Orders_.Plugin") == "orders-plugin"
    assert normalised_name(KELVIN) != "kiosk"


@pytest.mark.parametrize(("folder", "claimed"), [(KELVIN, KELVIN), (KELVIN, "kiosk"), ("kiosk", KELVIN)])
def test_a_distribution_with_a_name_beyond_ascii_is_a_finding_and_not_loaded(
    tmp_path: Path, folder: str, claimed: str
) -> None:
    info = install(tmp_path / "site", folder, named=claimed)
    verdict, (finding,) = trusting(tmp_path, "kiosk")
    assert (accepted(verdict), refused(verdict)) == ([], [])
    assert (finding.code, finding.severity, finding.message) == (
        "AF-P124",
        Severity.ERROR,
        f"the distribution in \"{info}\" is called '\\u212aiosk', which no distribution can be: it is not loaded",
    )


def test_a_name_beyond_ascii_trusts_nobody(tmp_path: Path) -> None:
    install(tmp_path / "site", "kiosk")
    verdict, _ = trusting(tmp_path, KELVIN)
    assert refused(verdict) == ["package kiosk AF-P112"]


COPIES = {
    "another dist-info": "orders_plugin-9.dist-info/METADATA",
    "one in another spelling": "Orders.Plugin-1.2.dist-info/METADATA",
    "an egg-info folder": "orders_plugin-1.0-py3.11.egg-info/PKG-INFO",
    "an egg-info file": "orders_plugin-1.0.egg-info",
    "an egg": "orders_plugin-1.0-py3.11.egg/EGG-INFO/PKG-INFO",
    "an egg-link": "orders-plugin.egg-link",
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("site", ["site", "other"])
def test_a_trusted_distribution_that_is_there_twice_is_refused_with_both_places(
    tmp_path: Path, site: str, copy: str
) -> None:
    info = install(tmp_path / "site")
    (tmp_path / site / copy).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / site / copy).write_text("")
    verdict, (finding,) = trusting(tmp_path, "orders-plugin", "site", "other")
    other = tmp_path / site / copy.partition("/")[0]
    places = " and ".join(
        f'"{place}"' for place in sorted([info, other], key=lambda each: (each.parent != info.parent, each))
    )
    assert (accepted(verdict), refused(verdict)) == ([], ["package orders-plugin AF-P122"])
    assert verdict.refused[0].reason == f"it is there more than once: {places}"
    assert (finding.code, finding.severity, finding.message) == (
        "AF-P122",
        Severity.ERROR,
        f'the distribution "orders-plugin", which the manifest trusts, is there more than once: {places}',
    )


def test_doctor_tells_it_once(tmp_path: Path) -> None:
    install(tmp_path / "site")
    install(tmp_path / "site", "Orders.Plugin", version="9", files={})
    verdict, found = trusting(tmp_path, "orders-plugin")
    assert [finding.code for finding in (*found, *refusal_findings(verdict.refused))] == ["AF-P122"]


def test_two_of_which_none_is_trusted_are_a_warning(tmp_path: Path) -> None:
    install(tmp_path / "site")
    install(tmp_path / "site", "Orders.Plugin", version="9", files={})
    _, (finding,) = trusting(tmp_path, "other")
    assert (finding.code, finding.severity) == ("AF-P122", Severity.WARNING)


def test_one_that_begins_like_another_is_no_copy_of_it(tmp_path: Path) -> None:
    install(tmp_path / "site")
    install(tmp_path / "site", "orders-plugin-extra", files={})
    assert accepted(trusting(tmp_path, "orders-plugin")[0]) == ["package orders-plugin"]


def test_an_editable_install_is_trusted_and_its_trust_says_where_its_code_is(tmp_path: Path) -> None:
    source = tmp_path / "project"
    (source / "orders_plugin").mkdir(parents=True)
    (source / "orders_plugin/__init__.py").touch()
    install_editable(tmp_path / "site", f"{source}\n")
    verdict, _ = trusting(tmp_path, "orders-plugin")
    assert accepted(verdict) == ["package orders-plugin"]
    assert verdict.accepted[1].trust == (
        "named in the manifest's trust.packages, editable: "
        f'its code is in "{source}/orders_plugin", outside the site directories'
    )


def test_what_only_a_link_names_is_not_said_in_the_site_directories(tmp_path: Path) -> None:
    info = tmp_path / "project/orders_plugin.egg-info"
    info.mkdir(parents=True)
    (info / "entry_points.txt").write_text("[aetherflow.plugins]\no = orders_plugin\n")
    (tmp_path / "project/orders_plugin.py").touch()
    (tmp_path / "site").mkdir()
    (tmp_path / "site/orders-plugin.egg-link").write_text(f"{info.parent}\n.")
    verdict, found = trusting(tmp_path, "orders-plugin")
    assert (refused(verdict), found) == (["package orders_plugin AF-P112"], [])
    reason = f'an .egg-link leads to "{info}", outside the site directories, for what it is'
    assert verdict.refused[0].reason == reason


def surroundings(root: Path, monkeypatch: pytest.MonkeyPatch, packages: str) -> PluginSet:
    """Gather what lies in the only site directory there is, in enterprise."""
    site = root / "lib/site-packages"
    monkeypatch.setattr("site.getsitepackages", lambda: [str(site)])
    monkeypatch.setattr("site.PREFIXES", [str(root), sys.prefix])
    manifest = root / "manifest.yaml"
    manifest.write_text(f"version: 1\nmode: enterprise\ntrust: {{packages: {packages}}}\n")
    return plugins_of(SurroundingsRequest(environ=clean_environment(root), bundle_manifest=str(manifest)))


def test_a_run_in_enterprise_sees_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "lib/site-packages")
    assert len(surroundings(tmp_path, monkeypatch, "[Orders_Plugin]").plugins) == 1
    (tmp_path / "lib/site-packages/orders-plugin.egg-link").touch()
    found = surroundings(tmp_path, monkeypatch, "[Orders_Plugin]")
    assert found.plugins == ()
    assert [each.diagnostic.code for each in found.findings if each.diagnostic.severity is Severity.ERROR] == [
        "AF-P122"
    ]


def test_what_can_be_no_package_is_told_at_its_place_in_the_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (found,) = surroundings(tmp_path, monkeypatch, '[fine, "acme-*"]').findings
    finding = found.diagnostic
    assert finding.span
    assert (finding.code, finding.severity, finding.span.line, finding.span.column) == ("AF-P125", "warning", 3, 26)
    assert finding.message == "no distribution can be called 'acme-*': it is trusted in vain"
