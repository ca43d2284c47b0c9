"""Accepted origins become plugins: their files, the modules that load by themselves, their names."""

import os
from pathlib import Path

import pytest

from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins import plugin_tree
from aetherflow.core.plugins.discovery import discover
from aetherflow.core.plugins.origins import Origin, OriginRequest, resolve_origins
from aetherflow.core.plugins.plugin_source import PluginSource
from aetherflow.core.plugins.site_scan import scan_site
from tests.plugins.installing import install
from tests.plugins.manifests import read_manifest


def discovered(root: Path, *paths: str) -> list[PluginSource]:
    """Discover what paths lead to."""
    request = OriginRequest(mode="internal_fast", cwd=str(root), flag_paths=paths or (".",))
    return discover(resolve_origins(request).accepted, read_manifest)


def write(root: Path, *files: str, **texts: str) -> None:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts.get(path.stem, ""))


def modules(source: PluginSource) -> list[str]:
    return [unit.module for unit in source.units]


def files(source: PluginSource) -> list[str]:
    return [file.path for file in source.files]


def codes(source: PluginSource) -> list[str]:
    return [finding.code for finding in source.diagnostics]


def test_each_module_of_a_folder_is_a_unit_in_sub_folders_too(tmp_path: Path) -> None:
    write(tmp_path / "p", "my_steps.py", "team/more.py", "pack/__init__.py", "pack/inner.py", "data.json")
    (source,) = discovered(tmp_path, "p")
    assert (source.form, source.name, source.version, source.id, source.package) == ("folder", "p", "0", "p", "")
    assert modules(source) == ["my_steps", "pack", "pack.inner", "team.more"]
    assert files(source) == ["data.json", "my_steps.py", "pack/__init__.py", "pack/inner.py", "team/more.py"]
    assert [unit.file for unit in source.units][1:3] == ["pack/__init__.py", "pack/inner.py"]


def test_a_package_is_loaded_under_its_own_name(tmp_path: Path) -> None:
    write(tmp_path / "orders_plugin", "__init__.py", "steps.py", "_private.py", "sub/__init__.py", "sub/x.py")
    (source,) = discovered(tmp_path, "orders_plugin")
    assert (source.form, source.package) == ("package", "orders_plugin")
    assert modules(source) == ["orders_plugin", "orders_plugin.steps", "orders_plugin.sub", "orders_plugin.sub.x"]
    assert source.modules["orders_plugin._private"] == "_private.py"


def test_one_file_is_a_plugin_and_its_neighbours_are_not_part_of_it(tmp_path: Path) -> None:
    write(tmp_path, "steps.py", "other.py")
    (source,) = discovered(tmp_path, "steps.py")
    assert (source.form, source.name, source.root) == ("file", "steps", str(tmp_path))
    assert (modules(source), files(source)) == (["steps"], ["steps.py"])


def test_what_is_not_loaded_by_itself(tmp_path: Path) -> None:
    write(
        tmp_path / "p",
        *("a.py", "_x.py", ".x.py", "test_a.py", "conftest.py", "tests/b.py", "tests/deep/c.py", "_private/d.py"),
        *("testing.py", "contest.py", "team/tests/e.py", "team/test_f.py", "__main__.py"),
    )
    (source,) = discovered(tmp_path, "p")
    assert modules(source) == ["a", "contest", "testing"]


def test_what_is_no_part_of_a_plugin(tmp_path: Path) -> None:
    write(
        tmp_path / "p",
        *("a.py", "__pycache__/a.cpython-311.pyc", "b.pyc", ".git/config", ".hidden", "node_modules/x.py"),
        *("env/pyvenv.cfg", "env/lib/x.py", ".venv/lib/y.py", "tests/test_a.py", "_x.py", "data/t.csv"),
    )
    (source,) = discovered(tmp_path, "p")
    assert files(source) == ["_x.py", "a.py", "data/t.csv", "tests/test_a.py"]


def test_a_manifest_names_the_plugin(tmp_path: Path) -> None:
    write(tmp_path / "p", "a.py")
    (tmp_path / "p/aetherflow-plugin.yaml").write_text("name: orders\nversion: 1.2.0\nauthor: a\ndescription: b\n")
    (source,) = discovered(tmp_path, "p")
    assert (source.name, source.version, source.manifest_file, codes(source)) == (
        "orders",
        "1.2.0",
        "aetherflow-plugin.yaml",
        [],
    )
    assert source.manifest_spans["version"].line == 2


def test_a_manifest_beside_a_single_file_is_its_own(tmp_path: Path) -> None:
    write(tmp_path, "a.py")
    (tmp_path / "aetherflow-plugin.yaml").write_text("name: orders\n")
    (source,) = discovered(tmp_path, "a.py")
    assert (source.name, files(source)) == ("orders", ["a.py", "aetherflow-plugin.yaml"])


def test_a_broken_manifest_breaks_nothing_but_its_own_word(tmp_path: Path) -> None:
    write(tmp_path / "p", "a.py")
    (tmp_path / "p/aetherflow-plugin.yaml").write_text("name: [\n")
    (source,) = discovered(tmp_path, "p")
    assert (source.name, source.manifest, codes(source), modules(source)) == ("p", None, ["AF-Y114"], ["a"])


def test_a_sub_folder_with_a_manifest_is_a_plugin_of_its_own(tmp_path: Path) -> None:
    write(tmp_path / "p", "a.py", "orders/b.py", "billing/__init__.py", "orders/deep/c.py")
    for name in ("orders", "billing", "orders/deep"):
        (tmp_path / f"p/{name}/aetherflow-plugin.yaml").write_text("author: a\ndescription: b\n")
    sources = discovered(tmp_path, "p")
    assert [(source.name, source.form, modules(source)) for source in sources] == [
        ("p", "folder", ["a"]),
        ("billing", "package", ["billing"]),
        ("orders", "folder", ["b"]),
        ("deep", "folder", ["c"]),
    ]


def test_a_folder_of_plugins_is_none_itself(tmp_path: Path) -> None:
    write(tmp_path / "p", "README.md", "orders/b.py", "orders/aetherflow-plugin.yaml")
    assert [source.name for source in discovered(tmp_path, "p")] == ["orders"]


def test_a_manifest_deep_in_a_package_separates_nothing(tmp_path: Path) -> None:
    write(tmp_path / "p", "__init__.py", "sub/x.py", "sub/aetherflow-plugin.yaml")
    (source,) = discovered(tmp_path, "p")
    assert modules(source) == ["p", "p.sub.x"]


def test_a_path_inside_another_is_a_plugin_of_its_own(tmp_path: Path) -> None:
    write(tmp_path / "p", "a.py", "b.py", "team/c.py")
    sources = discovered(tmp_path, "p", "p/team", "p/b.py")
    assert [(source.name, modules(source)) for source in sources] == [("p", ["a"]), ("team", ["c"]), ("b", ["b"])]


def test_an_empty_folder_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path / "p", "_x.py", "tests/test_a.py")
    (source,) = discovered(tmp_path, "p")
    assert (modules(source), codes(source)) == ([], ["AF-P130"])


def test_links_inside_a_plugin_are_followed_as_kubernetes_makes_them(tmp_path: Path) -> None:
    write(tmp_path / "p", "..2024/a.py")
    (tmp_path / "p/..data").symlink_to("..2024")
    (tmp_path / "p/a.py").symlink_to("..data/a.py")
    (source,) = discovered(tmp_path, "p")
    assert (modules(source), files(source), codes(source)) == (["a"], ["a.py"], [])


def test_links_out_of_a_plugin_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "p/a.py", "p2/b.py")
    (tmp_path / "p/b.py").symlink_to("../p2/b.py")
    (tmp_path / "p/c").symlink_to(tmp_path / "p2")
    (tmp_path / "p/gone.py").symlink_to("nowhere")
    (source,) = discovered(tmp_path, "p")
    assert files(source) == ["a.py"]
    assert [finding.message for finding in source.diagnostics] == [
        f'"{tmp_path}/p/b.py" is a link to "{tmp_path}/p2/b.py", out of the plugin: it is left out',
        f'"{tmp_path}/p/c" is a link to "{tmp_path}/p2", out of the plugin: it is left out',
        f'"{tmp_path}/p/gone.py" cannot be read: no such file or directory',
    ]


def test_a_link_in_a_circle_ends(tmp_path: Path) -> None:
    write(tmp_path / "p", "deep/a.py")
    (tmp_path / "p/deep/again").symlink_to("../deep")
    (tmp_path / "p/up").symlink_to(".")
    (source,) = discovered(tmp_path, "p")
    assert modules(source) == ["deep.a"]


def test_a_link_is_named_as_it_is_called(tmp_path: Path) -> None:
    write(tmp_path, "releases/17/a.py", "store/9f8e")
    (tmp_path / "orders").symlink_to("releases/17")
    (tmp_path / "audit.py").symlink_to("store/9f8e")
    folder, file = discovered(tmp_path, "orders", "audit.py")
    assert (folder.name, folder.root) == ("orders", f"{tmp_path}/releases/17")
    assert (file.name, modules(file), files(file)) == ("audit", ["audit"], ["9f8e"])


@pytest.mark.parametrize(("path", "name"), [(".", "p"), ("../p", "p"), ("x/..", "p"), ("./x/", "x")])
def test_a_folder_is_named_by_what_it_is(path: str, name: str, tmp_path: Path) -> None:
    write(tmp_path / "p", "a.py", "x/b.py")
    (source,) = discovered(tmp_path / "p", path)
    assert source.name == name


def test_two_plugins_of_one_name_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path, "one/my-steps/a.py", "two/my_steps/a.py", "aetherflow/a.py", "free/a.py")
    sources = discovered(tmp_path, "one/my-steps", "two/my_steps", "aetherflow", "free")
    assert [source.name for source in sources] == ["my-steps", "my_steps", "aetherflow", "free"]
    assert [source.id.rpartition("-")[0] for source in sources] == ["my-steps", "my_steps", "aetherflow", ""]
    assert len({source.id for source in sources}) == 4
    assert [codes(source) for source in sources] == [["AF-P135"], ["AF-P135"], [], []]


def test_a_shared_name_is_told_where_it_stands(tmp_path: Path) -> None:
    write(tmp_path, "one/steps/a.py", "two/steps/a.py")
    (tmp_path / "one/steps/aetherflow-plugin.yaml").write_text("name: steps\n")
    places = [source.diagnostics[-1].span for source in discovered(tmp_path, "one/steps", "two/steps")]
    assert places == [
        Span(f"{tmp_path}/one/steps/aetherflow-plugin.yaml", 1, 7, 1, 12),
        Span(f"{tmp_path}/two/steps/a.py", 1, 1, 1, 1),
    ]


def test_an_id_stays_the_same(tmp_path: Path) -> None:
    write(tmp_path, "one/p/a.py", "two/p/a.py")
    first, second = discovered(tmp_path, "one/p", "two/p")
    again, _ = discovered(tmp_path, "two/p", "one/p")
    assert (again.id, again.root) == (second.id, second.root)
    assert first.id != second.id


def test_a_package_hides_a_module_of_its_name(tmp_path: Path) -> None:
    write(tmp_path / "p", "a.py", "a/__init__.py", "my.steps.py")
    (source,) = discovered(tmp_path, "p")
    assert source.modules["a"] == "a/__init__.py"
    assert codes(source) == ["AF-P134", "AF-P133"]


def test_a_home_folder_is_no_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin_tree, "MAX_FILES", 3)
    write(tmp_path / "p", "a.py", "b.py", "c.py", "d.py")
    (source,) = discovered(tmp_path, "p")
    assert (files(source), modules(source), codes(source)) == ([], [], ["AF-P132"])


def test_folders_without_end_are_no_plugin(tmp_path: Path) -> None:
    write(tmp_path, "p/" + "d/" * 40 + "a.py")
    (source,) = discovered(tmp_path, "p")
    assert codes(source) == ["AF-P132"]


def test_names_that_are_no_text_are_left_out(tmp_path: Path) -> None:
    write(tmp_path / "p", "a.py", "b\nc.py")
    os.close(os.open(os.fsencode(tmp_path) + b"/p/\xff.py", os.O_CREAT | os.O_WRONLY))
    (source,) = discovered(tmp_path, "p")
    assert (modules(source), codes(source)) == (["a"], ["AF-P133", "AF-P133"])


def test_pipes_and_sockets_are_left_out(tmp_path: Path) -> None:
    write(tmp_path / "p", "a.py")
    os.mkfifo(tmp_path / "p/pipe.py")
    assert files(discovered(tmp_path, "p")[0]) == ["a.py"]


def test_of_a_distribution_only_what_entry_points_name_loads_by_itself(tmp_path: Path) -> None:
    contents = {"orders_plugin/__init__.py": "", "orders_plugin/steps.py": "", "orders_plugin/more.py": ""}
    install(tmp_path, module="orders_plugin.steps:Load", files=contents)
    (distribution,) = scan_site(str(tmp_path)).distributions
    origin = Origin(kind="package", named=distribution.name, distribution=distribution)
    (source,) = discover([origin], read_manifest)
    assert (source.form, source.name, source.version, source.package) == (
        "distribution",
        "orders-plugin",
        "1.2",
        "orders_plugin",
    )
    assert [(unit.module, unit.file, unit.attributes) for unit in source.units] == [
        ("orders_plugin.steps", "steps.py", ("Load",))
    ]
    assert files(source) == ["__init__.py", "more.py", "steps.py"]


def test_a_distribution_of_one_module(tmp_path: Path) -> None:
    install(tmp_path, module="acme.orders", files={"acme/orders.py": "", "acme/other.py": ""})
    (distribution,) = scan_site(str(tmp_path)).distributions
    origin = Origin(kind="package", named=distribution.name, distribution=distribution)
    (source,) = discover([origin], read_manifest)
    assert (files(source), modules(source), source.modules) == (
        ["orders.py"],
        ["acme.orders"],
        {"acme.orders": "orders.py"},
    )


def test_a_folder_around_an_installed_package_leaves_it_alone(tmp_path: Path) -> None:
    install(tmp_path / "p")
    write(tmp_path / "p", "a.py")
    distributions = scan_site(str(tmp_path / "p")).distributions
    request = OriginRequest(mode="internal_fast", cwd=str(tmp_path), flag_paths=("p",), distributions=distributions)
    sources = discover(resolve_origins(request).accepted, read_manifest)
    assert [modules(source) for source in sources] == [["orders_plugin"], ["a"]]
