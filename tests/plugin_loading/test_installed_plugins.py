"""An installed package is verified and run once, under whatever name it is reached."""

import importlib
import importlib.resources
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aetherflow.core.plugins.loading.load_warnings import load_warnings
from aetherflow.core.plugins.loading.loader import load_plugin
from aetherflow.core.plugins.loading.plugin_finder import plugin_finder
from tests.plugin_loading.plugin_files import findings, installed_snapshot, load_files, module, names, write

STEPS = "from aetherflow.core.api import register_step\n@register_step('x')\ndef x(ctx, inputs): ...\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Path]:
    """Give a site directory that Python imports from; names are each test's own, for aliases last."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in set(sys.modules) - before:
        if not name.startswith("aetherflow"):
            del sys.modules[name]


def test_only_what_entry_points_name_is_loaded(site: Path) -> None:
    files = {"acme_a/__init__.py": "", "acme_a/steps.py": STEPS, "acme_a/other.py": "raise SystemError\n"}
    loaded = load_plugin(installed_snapshot(write(site, files), "acme_a.steps"))
    assert findings(loaded) == []
    assert names(loaded) == ["x"]


def test_the_real_name_gives_the_verified_modules(site: Path) -> None:
    files = {"acme_b/__init__.py": "", "acme_b/steps.py": "", "acme_b/sub/__init__.py": "", "acme_b/sub/deep.py": ""}
    loaded = load_plugin(installed_snapshot(write(site, files), "acme_b.steps"))
    assert "acme_b" not in sys.modules
    write(site, dict.fromkeys(files, "raise SystemError('unverified')\n"))
    assert importlib.import_module("acme_b.steps") is module(loaded, "steps")
    assert importlib.import_module("acme_b.sub.deep") is module(loaded, "sub.deep")
    assert importlib.import_module("acme_b") is module(loaded)
    assert module(loaded, "steps").__spec__.name == f"{loaded.name}.steps"


def test_another_plugin_reaches_the_same_modules(site: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    ran = f"with open({str(log)!r}, 'a') as log:\n    log.write('ran ')\n"
    loaded = load_plugin(installed_snapshot(write(site, {"acme_c/__init__.py": ran}), "acme_c"))
    other = load_files(tmp_path / "other", {"steps.py": "import acme_c\n"})
    assert module(other, "steps").acme_c is module(loaded)
    assert log.read_text() == "ran "


def test_it_imports_its_own_modules_by_their_full_names(site: Path) -> None:
    files = {
        "acme_d/__init__.py": "import acme_d.util\nfrom acme_d.util import NAME\n",
        "acme_d/util.py": "NAME = 'own'\n",
    }
    loaded = load_plugin(installed_snapshot(write(site, files), "acme_d"))
    assert (findings(loaded), module(loaded).NAME) == ([], "own")
    assert "acme_d" not in sys.modules


def test_a_plain_name_is_not_a_sibling_in_it(site: Path) -> None:
    files = {"acme_e/__init__.py": "", "acme_e/yaml.py": "MINE = True\n", "acme_e/steps.py": "import yaml\n"}
    loaded = load_plugin(installed_snapshot(write(site, files), "acme_e.steps"))
    assert not hasattr(module(loaded, "steps").yaml, "MINE")


def test_a_single_module_is_a_plugin_too(site: Path) -> None:
    loaded = load_plugin(installed_snapshot(write(site, {"acme_f.py": STEPS, "stranger.py": ""}), "acme_f"))
    assert names(loaded) == ["x"]
    assert importlib.import_module("acme_f") is module(loaded, "acme_f")
    assert importlib.import_module("stranger").__file__ == str(site / "stranger.py")


def test_its_data_is_found_by_the_real_name(site: Path) -> None:
    files = {"acme_g/__init__.py": "", "acme_g/sql/query.sql": "select 1"}
    load_plugin(installed_snapshot(write(site, files), "acme_g"))
    assert importlib.resources.files("acme_g").joinpath("sql/query.sql").read_text() == "select 1"
    assert importlib.resources.files("acme_g.sql").joinpath("query.sql").read_bytes() == b"select 1"
    with importlib.resources.as_file(importlib.resources.files("acme_g").joinpath("sql/query.sql")) as path:
        assert path.read_text() == "select 1"


def test_a_namespace_around_it_stays_everybodys(site: Path) -> None:
    files = {"acme_h/plugin/__init__.py": "import acme_h.plugin.steps as steps\n", "acme_h/plugin/steps.py": STEPS}
    files |= {"acme_h/other/__init__.py": ""}
    snapshot = installed_snapshot(write(site, files), "acme_h.plugin", package="acme_h.plugin")
    loaded = load_plugin(snapshot)
    assert (findings(loaded), names(loaded)) == ([], ["x"])
    assert importlib.import_module("acme_h.plugin.steps") is module(loaded, "steps")
    assert importlib.import_module("acme_h.other").__file__ == str(site / "acme_h/other/__init__.py")


def test_an_entry_point_that_names_nothing_is_refused(site: Path) -> None:
    loaded = load_plugin(installed_snapshot(write(site, {"acme_i/__init__.py": ""}), "acme_i:plugin"))
    assert findings(loaded) == [
        ("AF-P506", "__init__.py:1:1", 'the entry point names "plugin", which the module "acme_i" does not have')
    ]


def test_what_was_imported_before_it_could_be_verified_is_told(site: Path) -> None:
    write(site, {"acme_j/__init__.py": ""})
    importlib.invalidate_caches()
    importlib.import_module("acme_j")
    loaded = load_plugin(installed_snapshot(site, "acme_j"))
    assert [(finding.code, finding.message) for finding in load_warnings(loaded)] == [
        ("AF-P523", '"acme_j" was imported before the plugin "acme-plugin" could be verified')
    ]


def test_an_installed_package_called_like_one_of_pythons_own_is_nobody_elses(site: Path) -> None:
    files = {"colorsys.py": "from aetherflow.core.api import register_step\n@register_step('c')\ndef c(ctx, i): ...\n"}
    loaded = load_plugin(installed_snapshot(write(site, files), "colorsys"))
    assert (findings(loaded), names(loaded)) == ([], ["c"])
    assert plugin_finder().find_spec("colorsys") is None
