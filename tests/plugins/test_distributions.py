"""Installed distributions are found by the files that installers leave in site directories; nothing is imported."""

import sys
from pathlib import Path

import pytest

from aetherflow.core.plugins.distributions import InstalledDistribution, installed_distributions, site_folders
from aetherflow.core.plugins.site_scan import scan_site
from tests.plugins.installing import install, install_editable

SETUPTOOLS_FINDER = """
from __future__ import annotations
import sys
MAPPING: dict[str, str] = {{'orders_plugin': '{source}/orders_plugin'}}
NAMESPACES: dict[str, list[str]] = {{}}
raise SystemExit("never executed")
"""
EDITABLES_FINDER = """
from editables.redirector import RedirectingFinder as F
F.install()
F.map_module('orders_plugin', '{source}/orders_plugin/__init__.py')
"""
SCIKIT_FINDER = """
def install(known, wheel, path): raise SystemExit("never executed")
install({{'orders_plugin': '{source}/orders_plugin/__init__.py'}}, {{}}, None)
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Give an empty site directory."""
    (tmp_path / "site").mkdir()
    return tmp_path / "site"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Give a project's source folder with the package orders_plugin."""
    (tmp_path / "project/src/orders_plugin").mkdir(parents=True)
    (tmp_path / "project/src/orders_plugin/__init__.py").touch()
    return tmp_path / "project/src"


def found(*sites: Path) -> tuple[InstalledDistribution, ...]:
    return installed_distributions([str(site) for site in sites], scan_site).distributions


def findings(*sites: Path) -> list[str]:
    reading = installed_distributions([str(site) for site in sites], scan_site)
    return [f"{finding.code} {finding.message}" for finding in reading.diagnostics]


def test_a_distribution_is_found_with_what_its_metadata_say(site: Path) -> None:
    info = install(
        site, module="orders_plugin.steps:Load", files={"orders_plugin/__init__.py": "", "orders_plugin/steps.py": ""}
    )
    (each,) = found(site)
    (point,) = each.entry_points
    assert (each.name, each.version, each.summary, each.author) == ("orders-plugin", "1.2", "Orders.", "Ann")
    assert (each.site, each.info, each.editable) == (str(site), str(info), False)
    assert (point.group, point.name, point.module, point.attribute) == (
        "aetherflow.plugins",
        "orders",
        "orders_plugin.steps",
        "Load",
    )
    assert (point.file, point.root, point.package) == (
        f"{site}/orders_plugin/steps.py",
        f"{site}/orders_plugin",
        "orders_plugin",
    )


def test_both_groups_are_read_and_no_other(site: Path) -> None:
    info = install(site)
    (info / "entry_points.txt").write_text(
        "[aetherflow.plugins]\na=orders_plugin\n# b = x\n[ aetherflow.workflow_plugins ]\n"
        "c = orders_plugin : f [extra]\n"
        "[aetherflow.other]\nd = orders_plugin\n"
    )
    assert [(point.name, point.attribute) for point in found(site)[0].entry_points] == [("a", ""), ("c", "f")]


def test_a_distribution_without_entry_points_of_ours_is_passed_over(site: Path) -> None:
    (install(site) / "entry_points.txt").write_text("[console_scripts]\na = aetherflow.x:main\n")
    assert found(site) == ()


def test_a_single_module_is_its_own_root(site: Path) -> None:
    install(site, module="orders", files={"orders.py": ""})
    (point,) = found(site)[0].entry_points
    assert (point.file, point.root, point.package) == (f"{site}/orders.py", f"{site}/orders.py", "orders")


def test_the_root_lies_below_a_namespace_package(site: Path) -> None:
    install(site, module="acme.orders.steps", files={"acme/orders/__init__.py": "", "acme/orders/steps.py": ""})
    (point,) = found(site)[0].entry_points
    assert (point.root, point.package) == (f"{site}/acme/orders", "acme.orders")


def test_an_entry_point_without_source_is_a_finding(site: Path) -> None:
    install(site, module="orders_plugin.setps")
    assert findings(site) == [
        'AF-P120 the entry point "orders" of "orders-plugin" leads to the module "orders_plugin.setps", '
        "whose source is not there"
    ]


@pytest.mark.parametrize("module", ["orders_plugin.setps", "order_plugin.steps", "orders_plugn"])
def test_of_a_wrong_entry_point_the_module_that_was_meant_is_asked_for(site: Path, module: str) -> None:
    install(site, module=module, files={"orders_plugin/__init__.py": "", "orders_plugin/steps.py": ""})
    (finding,) = scan_site(str(site)).diagnostics
    meant = "orders_plugin.steps" if "." in module else "orders_plugin"
    assert (finding.label, finding.notes) == (f'did you mean "{meant}"?', ())
    assert finding.hint == (
        'correct it under [project.entry-points."aetherflow.plugins"] of its pyproject.toml, and install it anew'
    )
    assert finding.span is not None
    assert finding.span.end_column == len(f"orders = {module}") + 1


def test_of_an_editable_install_the_modules_of_the_sources_are_known(site: Path, tmp_path: Path) -> None:
    package = tmp_path / "src/orders_plugin"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    install_editable(site, f"{tmp_path}/src\n", module="orders_plugni")
    (finding,) = scan_site(str(site)).diagnostics
    assert finding.label == 'did you mean "orders_plugin"?'


def test_what_was_removed_is_brought_back_by_installing(site: Path) -> None:
    install(site, module="elsewhere")
    (finding,) = scan_site(str(site)).diagnostics
    assert (finding.label, finding.notes) == (
        None,
        (
            "`pip install --force-reinstall orders-plugin` brings it back where it was removed",
            "a plugin must be Python source",
        ),
    )


def test_a_module_that_the_record_does_not_list_is_of_another_distribution(site: Path) -> None:
    install(site, record=("other/__init__.py",))
    assert findings(site)[0].startswith("AF-P120")


def test_without_a_record_the_site_folder_counts(site: Path) -> None:
    (install(site) / "RECORD").unlink()
    assert found(site)[0].roots == (f"{site}/orders_plugin",)


@pytest.mark.parametrize(
    "line", ["orders: orders_plugin", "orders = orders plugin", "= x", "orders = ", "orders = a.:b"]
)
def test_a_malformed_entry_point_is_a_finding_with_its_place(line: str, site: Path) -> None:
    info = install(site)
    (info / "entry_points.txt").write_text(f"[aetherflow.plugins]\n{line}\n")
    (finding,) = scan_site(str(site)).diagnostics
    assert (finding.code, finding.span and finding.span.line) == ("AF-P121", 2)


def test_of_two_with_one_name_the_first_is_taken(site: Path, tmp_path: Path) -> None:
    install(site)
    other = tmp_path / "other"
    install(other, "Orders.Plugin", version="2")
    assert [each.version for each in found(site, other)] == ["1.2"]
    assert findings(site, other) == [
        f'AF-P122 the distribution "Orders.Plugin" 2 in "{other}" is hidden by 1.2 in "{site}"'
    ]


def test_a_distribution_under_a_false_name_is_not_taken(site: Path) -> None:
    info = install(site, "evil", named="orders-plugin")
    assert found(site) == ()
    assert findings(site) == [
        f'AF-P123 the distribution in "{info}" calls itself "orders-plugin", not "evil": it is not loaded'
    ]


def test_bytes_that_are_no_text_are_read_all_the_same(site: Path) -> None:
    info = install(site)
    (info / "METADATA").write_bytes(b"Name: orders-plugin\nAuthor: J\xfcrgen\n: x\n")
    (info / "entry_points.txt").write_bytes(b"[aetherflow.plugins]\n\xff = orders_plugin\n")
    assert found(site)[0].author == "J�rgen"


def test_an_egg_folder_counts_too(site: Path) -> None:
    (site / "orders.py").touch()
    info = site / "orders-1.0-py3.11.egg-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("[aetherflow.plugins]\no = orders\n")
    (each,) = found(site)
    assert (each.name, each.version, each.roots) == ("orders", "1.0", (f"{site}/orders.py",))


def test_a_develop_link_leads_to_the_source(site: Path, source: Path) -> None:
    info = source / "orders_plugin.egg-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("[aetherflow.plugins]\no = orders_plugin\n")
    (info / "PKG-INFO").write_text("Name: orders-plugin\nVersion: 3\n")
    (site / "orders-plugin.egg-link").write_text(f"{source}\n../")
    (each,) = found(site)
    assert (each.version, each.editable, each.roots) == ("3", True, (f"{source}/orders_plugin",))


def test_a_relative_develop_link_is_not_followed(site: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (source / "o.egg-info").mkdir()
    (source / "o.egg-info/entry_points.txt").write_text("[aetherflow.plugins]\no = orders_plugin\n")
    (site / "o.egg-link").write_text(source.name)
    monkeypatch.chdir(source.parent)
    assert found(site) == ()


def test_an_editable_install_by_a_folder_in_a_pth_file(site: Path, source: Path) -> None:
    install_editable(site, f"# ours\n{source}\n", url=f"file://{source.parent}")
    (each,) = found(site)
    assert (each.editable, each.roots) == (True, (f"{source}/orders_plugin",))


@pytest.mark.parametrize(
    ("line", "name", "text"),
    [
        (
            "import __editable___orders_finder; __editable___orders_finder.install()",
            "__editable___orders_finder",
            SETUPTOOLS_FINDER,
        ),
        ("import _editable_impl_orders", "_editable_impl_orders", EDITABLES_FINDER),
        ("import _orders_editable", "_orders_editable", SCIKIT_FINDER),
    ],
)
def test_an_editable_install_by_a_finder_is_read_not_executed(
    line: str, name: str, text: str, site: Path, source: Path
) -> None:
    install_editable(site, line, extra={f"{name}.py": text.format(source=source)})
    assert found(site)[0].roots == (f"{source}/orders_plugin",)


def test_an_editable_install_without_links_is_looked_for_in_its_project(site: Path, source: Path) -> None:
    info = install(site, record=("x",))
    (info / "direct_url.json").write_text(f'{{"url": "file://{source.parent}", "dir_info": {{"editable": true}}}}')
    (site / "orders_plugin/__init__.py").unlink()
    assert found(site)[0].roots == (f"{source}/orders_plugin",)


def test_a_space_in_the_url_of_an_editable_install(site: Path, tmp_path: Path) -> None:
    project = tmp_path / "my project"
    (project / "orders_plugin").mkdir(parents=True)
    (project / "orders_plugin/__init__.py").touch()
    info = install(site, record=("x",))
    url = f"file://{project}".replace(" ", "%20")
    (info / "direct_url.json").write_text(f'{{"url": "{url}", "dir_info": {{"editable": true}}}}')
    assert found(site)[0].roots == (f"{project}/orders_plugin",)


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{", '{"dir_info": 1}', '{"dir_info": {"editable": true}, "url": 1}']
)
def test_a_broken_direct_url_is_none(text: str, site: Path) -> None:
    (install(site) / "direct_url.json").write_text(text)
    assert found(site)[0].editable is False


@pytest.mark.parametrize("text", ["MAPPING = {", "\0", "MAPPING = 1", "MAPPING = {**x, 1: 2}", "MAPPING: dict"])
def test_a_broken_finder_maps_nothing(text: str, site: Path) -> None:
    install_editable(site, "import finder", extra={"finder.py": text})
    assert findings(site)[0].startswith("AF-P120")


def test_relative_places_are_never_followed(site: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(source)
    text = "MAPPING = {'orders_plugin': 'orders_plugin'}"
    install_editable(site, ".\nimport finder", extra={"finder.py": text}, url="file:.")
    assert found(site)[0].roots == ()


def test_a_site_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert found(tmp_path / "nowhere") == ()


def test_the_site_folders_are_those_of_this_python() -> None:
    assert str(Path(sys.prefix) / f"lib/python3.{sys.version_info[1]}/site-packages") in site_folders("enterprise")


def test_this_environment_is_read_without_importing_anything() -> None:
    before = set(sys.modules)
    reading = installed_distributions(site_folders("internal_fast"), scan_site)
    assert reading.diagnostics == ()
    assert {name for name in set(sys.modules) - before if not name.startswith("aetherflow.")} == set()
