"""Plugins and modules that register nothing, though somebody has written them."""

from pathlib import Path

import pytest

from aetherflow.core.plugins.doctor.checks import check_plugin
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.inventory import read_plugins
from aetherflow.core.plugins.origins import OriginRequest, resolve_origins
from aetherflow.core.plugins.plugin_index import PluginIndex
from aetherflow.core.plugins.site_scan import scan_site
from tests.plugin_doctor.examining import examined, shown, told, write
from tests.plugins.installing import install

ALL = frozenset[str]()
STEP = "from aetherflow.core.api import register_step\n@register_step('load')\ndef load(ctx, inputs): ...\n"


def test_a_class_that_nothing_registers_is_told_where_it_is_all_that_there_is(tmp_path: Path) -> None:
    text = "from aetherflow.core.api import Step\n\nclass Greet(Step):\n    def run(self, ctx, inputs): ...\n"
    (finding,) = examined(write(tmp_path / "acme", {"steps.py": text}), apart=ALL)
    assert shown(finding) == "steps.py:3:7 'Greet' warning AF-P539: the plugin \"acme\" registers nothing"
    assert (finding.label, finding.hint) == ("not registered", 'write `@register_step("name")` above the class')


def test_a_plugin_without_anything_to_register_is_told_without_a_place(tmp_path: Path) -> None:
    assert told(tmp_path, "LIMIT = 5\n", apart=ALL) == ['warning AF-P539: the plugin "acme" registers nothing']


def test_a_base_class_beside_what_is_registered_is_fine(tmp_path: Path) -> None:
    text = f"from aetherflow.core.api import Step\nclass Base(Step): ...\n{STEP}"
    assert told(tmp_path, text, apart=ALL) == []


@pytest.mark.parametrize("base", ["ObserverPlugin", "PluginBase"])
def test_observers_are_registered_by_nothing(tmp_path: Path, base: str) -> None:
    text = f"from aetherflow.core.api import {base}\nclass Metrics({base}):\n    def on_event(self, event): ...\n"
    assert told(tmp_path, text, apart=ALL) == []


def test_what_only_code_knows_may_be_something(tmp_path: Path) -> None:
    text = "from aetherflow.core.api import register_step\nfor name in names():\n    register_step(name)(print)\n"
    assert told(tmp_path, text, apart=ALL) == []


def test_where_the_reason_is_told_it_is_not_told_again(tmp_path: Path) -> None:
    (line,) = told(tmp_path, "from aetherflow.core.api import register_steps\n", apart=ALL)
    assert "AF-P538" in line


def installed(site: Path, files: dict[str, str]) -> list[str]:
    """Install a package with files and give what is told of it."""
    install(site, files=files)
    request = OriginRequest(mode="internal_fast", cwd="/", distributions=scan_site(str(site)).distributions)
    readings = FileReadings(PluginIndex(reader="1"), lambda: 0)
    (plugin,) = read_plugins(resolve_origins(request).accepted, readings)
    found = check_plugin(plugin, mode="internal_fast", user_id=site.stat().st_uid)
    return [shown(finding) for finding in found if finding.code.startswith("AF-P5")]


def test_a_module_of_a_package_that_registers_and_that_nothing_imports_is_told(tmp_path: Path) -> None:
    files = {
        "orders_plugin/__init__.py": "from . import more\n",
        "orders_plugin/steps.py": STEP,
        "orders_plugin/more.py": STEP.replace("load", "more"),
        "orders_plugin/tests/test_it.py": STEP,
        "orders_plugin/plain.py": "",
    }
    assert installed(tmp_path, files) == [
        'steps.py:2:1 \'\' warning AF-P540: "steps.py" would register the step "load", and nothing imports it '
        'when the plugin "orders-plugin" loads'
    ]


def test_a_package_that_registers_nothing_for_that_reason_is_told_both(tmp_path: Path) -> None:
    files = {"orders_plugin/__init__.py": "", "orders_plugin/steps.py": STEP}
    codes = [line.split(":")[-2].split()[-1] for line in installed(tmp_path, files)]
    assert sorted(codes) == ["AF-P539", "AF-P540"]
