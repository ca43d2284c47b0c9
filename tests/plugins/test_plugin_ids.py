"""No two plugins have one id, whatever they are called, and none drops out because of its name."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aetherflow.core.plugins.digests import short_path_digest
from aetherflow.core.plugins.discovery import discover
from aetherflow.core.plugins.inventory import by_id
from aetherflow.core.plugins.origins import OriginRequest, resolve_origins
from aetherflow.core.plugins.plugin_ids import Named, plugin_ids, same_in_a_module
from aetherflow.core.plugins.plugin_source import PluginSource
from aetherflow.core.plugins.site_scan import scan_site
from tests.plugin_order.ordering import in_memory
from tests.plugins.installing import install
from tests.plugins.manifests import read_manifest


def discovered(root: Path, *paths: str) -> list[PluginSource]:
    """Discover what paths, and the site directory below the root, lead to."""
    request = OriginRequest(
        mode="internal_fast",
        cwd=str(root),
        flag_paths=paths,
        distributions=scan_site(str(root / "site")).distributions,
    )
    return discover(resolve_origins(request).accepted, read_manifest)


def called(root: Path, path: str, name: str) -> str:
    """Write a folder plugin of this name; gives its path."""
    (root / path).mkdir(parents=True)
    (root / path / "steps.py").write_text("")
    (root / path / "aetherflow-plugin.yaml").write_text(f"name: {name}\n")
    return path


def test_a_plugin_that_is_called_what_another_is_known_by_is_known_by_something_else(tmp_path: Path) -> None:
    suffixed = f"orders-{short_path_digest(f'{tmp_path}/victim')}"
    paths = [called(tmp_path, "victim", "orders"), called(tmp_path, "x", "orders"), called(tmp_path, "y", suffixed)]
    victim, shared, imitator = discovered(tmp_path, *paths)
    assert victim.id == suffixed
    assert imitator.id == f"{suffixed}-{short_path_digest(f'{tmp_path}/y')}"
    assert shared.id == f"orders-{short_path_digest(f'{tmp_path}/x')}"
    assert [finding.message for finding in imitator.diagnostics if finding.code == "AF-P135"] == [
        f'"{suffixed}" is a name as other plugins are known by: the one in "{tmp_path}/y" is known as "{imitator.id}"'
    ]


@pytest.mark.parametrize(
    "change", [str.upper, lambda name: name.replace("-", "_"), lambda name: name.replace("-", ".")]
)
def test_another_spelling_that_is_the_same_in_a_module_does_not_help(tmp_path: Path, change: object) -> None:
    suffixed = f"orders-{short_path_digest(f'{tmp_path}/victim')}"
    paths = [called(tmp_path, "victim", "orders"), called(tmp_path, "x", "orders")]
    paths.append(called(tmp_path, "y", change(suffixed)))  # type: ignore[operator]  # all are str -> str
    sources = discovered(tmp_path, *paths)
    assert len({same_in_a_module(source.id) for source in sources}) == 3


def test_a_name_that_ends_like_an_id_is_left_alone_where_nobody_is_known_so(tmp_path: Path) -> None:
    (source,) = discovered(tmp_path, called(tmp_path, "p", "orders-20240101"))
    assert (source.id, [finding.code for finding in source.diagnostics]) == ("orders-20240101", ["AF-P207"])


def test_names_that_python_takes_for_one_identifier_are_one(tmp_path: Path) -> None:
    for name in ("ﬁle", "file"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "steps.py").write_text("")
    assert [source.id.rpartition("-")[0] for source in discovered(tmp_path, "ﬁle", "file")] == ["ﬁle", "file"]


def test_two_distributions_that_lead_to_one_package_are_two_plugins(tmp_path: Path) -> None:
    files = {"orders_plugin/__init__.py": "", "orders_plugin/aetherflow-plugin.yaml": "name: orders\n"}
    install(tmp_path / "site", "one", files=files)
    install(tmp_path / "site", "two", files=files)
    first, second = discovered(tmp_path)
    assert (first.name, second.name, first.root) == ("orders", "orders", second.root)
    assert first.id != second.id


names = st.text("ab-_.", min_size=1, max_size=4)
places = st.sampled_from(["/p", "/q", "/r", "/s"])


@given(st.data())
def test_ids_are_unique_whatever_names_say(data: st.DataObject) -> None:
    found = data.draw(st.lists(st.tuples(names, places), min_size=1, max_size=4, unique_by=lambda each: each[1]))
    plugins = [Named(name=name, path=path, place=path) for name, path in found]
    for _ in range(3):  # whatever ids come out, somebody takes one of them for a name
        taken = data.draw(st.sampled_from(plugin_ids(plugins)))
        spelt = data.draw(st.sampled_from([taken, taken.upper(), taken.replace("-", "_")]))
        plugins.append(Named(name=spelt, path=f"/more/{len(plugins)}", place=f"/more/{len(plugins)}"))
        ids = plugin_ids(plugins)
        assert len({same_in_a_module(each) for each in ids}) == len(plugins)


def test_even_paths_whose_short_digests_are_the_same_are_told_apart() -> None:
    one = Named(name="orders", path="/same", place="/same one")
    other = Named(name="orders", path="/same", place="/same other")
    imitators = [
        Named(name=each, path=f"/{number}", place=f"/{number}") for number, each in enumerate(plugin_ids([one, other]))
    ]
    ids = plugin_ids([one, other, *imitators])
    assert len(set(ids)) == 4
    assert all(each.startswith("orders-") for each in ids)


def test_plugins_are_never_put_under_one_id() -> None:
    one, other = in_memory("orders"), in_memory("orders")
    assert by_id([one]) == {"orders": one}
    with pytest.raises(ValueError, match='two plugins have the id "orders": "/plugins/orders" and "/elsewhere"'):
        by_id([one, replace(other, source=replace(other.source, root="/elsewhere"))])
