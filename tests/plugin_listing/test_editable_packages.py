"""An editable install says so: its code is whatever its project's folder holds."""

from pathlib import Path

import pytest

from aetherflow.cli.console import Look
from aetherflow.cli.render.plugin_words import Page
from aetherflow.cli.told import Reader
from aetherflow.core.operations.listing.listed_plugins import listed_plugin
from tests.plugin_lock.plugins import known
from tests.plugins.installing import install, install_editable

PAGE = Page(look=Look(False, False, True, 80), reader=Reader())


@pytest.mark.parametrize("editable", [True, False])
def test_a_listing_tells_an_editable_package_from_another(tmp_path: Path, editable: bool) -> None:
    source = tmp_path / "src/orders_plugin/__init__.py"
    source.parent.mkdir(parents=True)
    source.touch()
    site = tmp_path / "site"
    if editable:
        install_editable(site, f"{tmp_path}/src\n")
    else:
        install(site)
    (plugin,) = known(tmp_path, site=site)
    entry = listed_plugin(plugin, "no lock", (), 1)
    assert entry.editable is editable
    words = "editable package" if editable else "package"
    assert PAGE.head(entry) == f"orders-plugin 1.2 · {words} · installed"
