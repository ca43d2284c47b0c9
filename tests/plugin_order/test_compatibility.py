"""A plugin that was made for another API or another Python is told, at the line that says so."""

from pathlib import Path

import pytest

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.plugins.compatibility import API_VERSION, compatibility_findings
from aetherflow.core.plugins.inventory import KnownPlugin, read_plugins
from aetherflow.core.plugins.origins import OriginRequest, resolve_origins
from aetherflow.core.plugins.site_scan import scan_site
from aetherflow.version import VERSION
from tests.plugin_order.ordering import known, readings, shown, write_plugin
from tests.plugins.installing import install


def judged(plugin: KnownPlugin, api: str = "0.4.0", python: str = "3.12.1") -> list[Diagnostic]:
    """Hold a plugin against an API and a Python."""
    return compatibility_findings(plugin, api_version=api, python_version=python)


def with_range(root: Path, written: str) -> KnownPlugin:
    """Give a plugin with a range of API versions."""
    write_plugin(root, "orders", f'compatible_versions: "{written}"')
    return known(root, "orders")[0]


def installed(root: Path, headers: str) -> KnownPlugin:
    """Give the plugin of a distribution whose METADATA has these headers."""
    info = install(root / "site")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: orders-plugin\nVersion: 1.2\n{headers}\n\nText.\n")
    request = OriginRequest(
        mode="internal_fast", cwd=str(root), distributions=scan_site(str(root / "site")).distributions
    )
    return read_plugins(resolve_origins(request).accepted, readings())[0]


def test_the_api_has_the_version_of_the_whole() -> None:
    assert API_VERSION == VERSION


@pytest.mark.parametrize("written", [">=0.1,<1", "", "~=0.4", "==0.4.*", ">=0.4.0"])
def test_a_range_that_holds_the_api_is_quiet(tmp_path: Path, written: str) -> None:
    assert judged(with_range(tmp_path, written)) == []


def test_a_range_that_leaves_out_the_api_is_an_error_at_its_line(tmp_path: Path) -> None:
    assert shown(tmp_path, *judged(with_range(tmp_path, ">=1,<2"))) == (
        'error[AF-P301]: the plugin "orders" works with AetherFlow\'s API ">=1,<2", and this is 0.4.0\n'
        " --> /orders/aetherflow-plugin.yaml:3:22\n"
        "  |\n"
        '3 | compatible_versions: ">=1,<2"\n'
        "  |                      ^^^^^^^^\n"
        "  |\n"
        "  = install a version of the plugin for this API; where it works as it is, widen compatible_versions\n"
        "\n"
        "1 error"
    )


def test_a_release_candidate_of_the_api_counts_as_what_it_leads_to(tmp_path: Path) -> None:
    plugin = with_range(tmp_path, ">=1,<2")
    assert judged(plugin, api="1.0rc1") == []
    assert [finding.code for finding in judged(plugin, api="2.0.0.dev1")] == ["AF-P301"]


def test_a_range_that_is_none_is_left_to_the_manifest(tmp_path: Path) -> None:
    plugin = with_range(tmp_path, "1.x")
    assert judged(plugin) == []
    assert "AF-P206" in [finding.code for finding in plugin.source.diagnostics]


def test_a_plugin_without_a_manifest_works_with_every_api(tmp_path: Path) -> None:
    write_plugin(tmp_path, "orders")
    assert judged(known(tmp_path, "orders")[0]) == []


def test_a_distribution_for_another_python_is_an_error_at_its_line(tmp_path: Path) -> None:
    plugin = installed(tmp_path, "Summary: Orders.\nRequires-Python: >=3.13")
    assert shown(tmp_path, *judged(plugin)) == (
        'error[AF-P302]: the plugin "orders-plugin" works with Python ">=3.13", and this is 3.12.1\n'
        " --> /site/orders_plugin-1.2.dist-info/METADATA:5:1\n"
        "  |\n"
        "5 | Requires-Python: >=3.13\n"
        "  | ^\n"
        "  |\n"
        "  = install a version of the plugin for this Python, or run aetherflow with another one\n"
        "\n"
        "1 error"
    )


@pytest.mark.parametrize("header", ["requires-python: >=3.11, <4", "Requires-Python: whatever", "Summary: Orders."])
def test_a_distribution_for_this_python_or_for_no_known_one_is_quiet(tmp_path: Path, header: str) -> None:
    assert judged(installed(tmp_path, header)) == []


def test_python_between_two_releases_counts_as_the_earlier(tmp_path: Path) -> None:
    plugin = installed(tmp_path, "Requires-Python: >=3.13.1")
    assert judged(plugin, python="3.13.1+") == []
    assert len(judged(plugin, python="3.13.0+")) == 1


def test_an_egg_says_its_python_in_pkg_info(tmp_path: Path) -> None:
    info = install(tmp_path)
    (info / "METADATA").rename(info / "PKG-INFO")
    (info / "PKG-INFO").write_text("Name: orders-plugin\nVersion: 1.2\nRequires-Python: >=3.13\n")
    (distribution,) = scan_site(str(tmp_path)).distributions
    assert distribution.requires_python == ">=3.13"
    assert distribution.requires_python_span is not None
    assert distribution.requires_python_span.file == f"{info}/PKG-INFO"


def test_a_line_of_the_description_is_no_header(tmp_path: Path) -> None:
    info = install(tmp_path)
    (info / "METADATA").write_text("Name: orders-plugin\nVersion: 1.2\n\nRequires-Python: >=9\n")
    (distribution,) = scan_site(str(tmp_path)).distributions
    assert (distribution.requires_python, distribution.requires_python_span) == ("", None)
