"""Attempts to get code into enterprise mode past the manifest; each must fail."""

import os
import site
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.environment.settings import read_settings
from aetherflow.core.environment.snapshot import take_snapshot
from aetherflow.core.operations import plugin_surroundings
from aetherflow.core.operations.plugin_surroundings import INDEX_NAME, plugins_of
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.plugins.discovery import discover
from aetherflow.core.plugins.distributions import InstalledDistribution, installed_distributions, site_folders
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.modes import stricter_mode
from aetherflow.core.plugins.origins import ManifestOrigins, OriginRequest, ResolvedOrigins, resolve_origins
from aetherflow.core.plugins.plugin_index import PluginIndex
from aetherflow.core.plugins.site_scan import scan_site
from tests.plugins.asking import accepted, distribution, refused
from tests.plugins.installing import install, install_editable


class Operator:
    """An installation with a manifest that trusts the folder `trusted` and the distribution `orders-plugin`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.trusted = root / "operator/trusted"
        self.trusted.mkdir(parents=True)
        (self.trusted / "steps.py").touch()
        self.evil = root / "evil"
        self.evil.mkdir()
        (self.evil / "steps.py").write_text("raise SystemExit('executed')")
        self.cwd = root / "cwd"
        self.cwd.mkdir()

    def asked(self, environment: dict[str, str] | None = None, **asked: Any) -> ResolvedOrigins:
        """Resolve as a run would: from the environment's snapshot, its settings and the manifest."""
        snapshot = take_snapshot({"HOME": str(self.root), **(environment or {})})
        settings = read_settings(snapshot)
        manifest = ManifestOrigins(
            folder=str(self.root / "operator"),
            plugin_paths=asked.pop("plugin_paths", ("./trusted",)),
            trusted_packages=asked.pop("trusted_packages", ("orders-plugin",)),
            secrets=asked.pop("secrets", None),
        )
        hook = settings.secrets_module or (str(settings.secrets_path) if settings.secrets_path else None)
        return resolve_origins(
            OriginRequest(
                mode=stricter_mode(asked.pop("mode", "enterprise"), settings.mode),
                cwd=str(self.cwd),
                manifest=asked.pop("manifest", manifest),
                environment_paths=settings.plugin_paths,
                environment_secrets=hook,
                home=snapshot.values.get("HOME"),
                **asked,
            )
        )


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


ONLY_TRUSTED = ["manifest ./trusted"]


def test_01_an_ambient_path(operator: Operator) -> None:
    assert accepted(operator.asked({"AETHERFLOW_PLUGIN_PATHS": str(operator.evil)})) == ONLY_TRUSTED


def test_02_a_flag(operator: Operator) -> None:
    assert accepted(operator.asked(flag_paths=(str(operator.evil),))) == ONLY_TRUSTED


def test_03_an_ambient_path_that_names_the_trusted_folder_too(operator: Operator) -> None:
    verdict = operator.asked({"AETHERFLOW_PLUGIN_PATHS": f"{operator.trusted},{operator.evil}"})
    assert accepted(verdict) == ONLY_TRUSTED
    assert [origin.also_named for origin in verdict.accepted[1:]] == [()]


def test_04_a_weaker_mode_in_the_environment(operator: Operator) -> None:
    weaker = {"AETHERFLOW_MODE": "internal_fast", "AETHERFLOW_PLUGIN_PATHS": str(operator.evil)}
    assert accepted(operator.asked(weaker)) == ONLY_TRUSTED


def test_05_a_weaker_mode_in_the_manifest(operator: Operator) -> None:
    stricter = {"AETHERFLOW_MODE": " ENTERPRISE ", "AETHERFLOW_PLUGIN_PATHS": str(operator.evil)}
    assert accepted(operator.asked(stricter, mode="internal_fast")) == ONLY_TRUSTED


@pytest.mark.parametrize("mode", ["Internal_Fast ", "internal_fast\n"])
def test_06_case_and_spaces_do_not_hide_the_stricter_one(mode: str, operator: Operator) -> None:
    verdict = operator.asked({"AETHERFLOW_MODE": mode, "AETHERFLOW_PLUGIN_PATHS": str(operator.evil)})
    assert accepted(verdict) == ONLY_TRUSTED


@pytest.mark.parametrize("mode", ["", "none", "enterprise\u200b", "İnternal_fast", "ｅnterprise"])
def test_07_an_unknown_mode_is_never_the_milder_one(mode: str, operator: Operator) -> None:
    with pytest.raises(InputError):
        operator.asked({"AETHERFLOW_MODE": mode})
    with pytest.raises(InputError):
        operator.asked(mode=mode)


def test_08_an_env_file_that_sets_the_mode_and_paths(operator: Operator) -> None:
    (operator.cwd / "x.env").write_text(
        f"AETHERFLOW_MODE=internal_fast\nAETHERFLOW_PLUGIN_PATHS={operator.evil}\nAETHERFLOW_SECRETS_PATH=evil.py\n"
    )
    environment = {"AETHERFLOW_ENV_FILES_JSON": f'["{operator.cwd}/x.env"]', "AETHERFLOW_MODE": "enterprise"}
    verdict = operator.asked(environment, mode=None)
    assert (verdict.mode, accepted(verdict), refused(verdict)) == ("enterprise", ONLY_TRUSTED, [])


def test_09_an_env_file_with_a_prefix_that_makes_the_name(operator: Operator) -> None:
    (operator.cwd / "x.env").write_text(f"PLUGIN_PATHS={operator.evil}\n")
    entry = f'[{{"path": "{operator.cwd}/x.env", "prefix": "AETHERFLOW_"}}]'
    assert refused(operator.asked({"AETHERFLOW_ENV_FILES_JSON": entry})) == []


def test_10_a_secrets_module_of_the_environment(operator: Operator) -> None:
    verdict = operator.asked({"AETHERFLOW_SECRETS_MODULE": "evil"}, secrets="./own.py")
    assert accepted(verdict) == [*ONLY_TRUSTED, "secrets hook ./own.py"]


def test_11_a_secrets_path_of_the_environment_without_one_in_the_manifest(operator: Operator) -> None:
    assert accepted(operator.asked({"AETHERFLOW_SECRETS_PATH": "/evil.py"})) == ONLY_TRUSTED


def test_12_plugins_in_the_current_directory(operator: Operator) -> None:
    (operator.cwd / "trusted").mkdir()
    (operator.cwd / "trusted/steps.py").touch()
    (origin,) = operator.asked().accepted[1:]
    assert origin.real_path == str(operator.trusted)


def test_13_no_manifest_at_all(operator: Operator) -> None:
    verdict = operator.asked(
        {"AETHERFLOW_PLUGIN_PATHS": str(operator.evil)}, manifest=None, distributions=(distribution("orders-plugin"),)
    )
    assert accepted(verdict) == []


def test_14_a_home_that_moves_a_path_of_the_manifest(operator: Operator) -> None:
    verdict = operator.asked({"HOME": str(operator.root)}, plugin_paths=("~/evil",))
    assert accepted(verdict) == []


def test_15_a_variable_in_a_path_of_the_manifest(operator: Operator) -> None:
    environment = {"WHERE": str(operator.evil)}
    assert accepted(operator.asked(environment, plugin_paths=("$WHERE", "{{env.WHERE}}", "${WHERE}"))) == []


def test_16_empty_entries_of_the_manifest_are_not_its_folder(operator: Operator) -> None:
    assert accepted(operator.asked(plugin_paths=("", "  "))) == []


def test_17_a_comma_in_a_path_of_the_manifest_separates_nothing(operator: Operator) -> None:
    assert accepted(operator.asked(plugin_paths=(f"./trusted,{operator.evil}",))) == []


def test_18_the_bundle_with_its_own_plugins(operator: Operator) -> None:
    assert accepted(operator.asked(bundle_plugins_dir=str(operator.evil))) == ONLY_TRUSTED


def test_19_a_bundle_folder_by_another_name_for_a_refused_path(operator: Operator) -> None:
    (operator.cwd / "link").symlink_to(operator.evil)
    verdict = operator.asked(
        {"AETHERFLOW_PLUGIN_PATHS": f"{operator.trusted}/../../evil,{operator.cwd}/link"},
        bundle_plugins_dir=f"{operator.trusted}/../../evil",
    )
    assert (accepted(verdict), len(verdict.refused)) == (ONLY_TRUSTED, 3)


@pytest.mark.parametrize("trusted", ["*", "orders-*", "", " ", "orders", "orders-plugin==1.0", "orders-plugin[extra]"])
def test_20_a_pattern_or_a_part_of_a_name_in_trust(trusted: str, operator: Operator) -> None:
    verdict = operator.asked(trusted_packages=(trusted,), distributions=(distribution("orders-plugin"),))
    assert refused(verdict) == ["package orders-plugin AF-P112"]


@pytest.mark.parametrize("name", ["orders-plugin2", "orders-plugin-evil", "evil-orders-plugin", "оrders-plugin"])
def test_21_a_distribution_with_a_similar_name(name: str, operator: Operator) -> None:
    assert accepted(operator.asked(distributions=(distribution(name),))) == ONLY_TRUSTED


def test_22_a_distribution_that_calls_itself_trusted(operator: Operator) -> None:
    install(operator.root / "site", "evil", named="orders-plugin")
    assert found([operator.root / "site"]) == []


def found(folders: list[Path]) -> list[InstalledDistribution]:
    return list(installed_distributions([str(folder) for folder in folders], scan_site).distributions)


SHOW_FOUND = """
from aetherflow.core.plugins.distributions import *; from aetherflow.core.plugins.site_scan import scan_site
print(*(each.name for each in installed_distributions(site_folders("{mode}"), scan_site).distributions))
"""


def shown(mode: str, cwd: Path, **environment: str) -> list[str]:
    """Give the distributions that a Python with more variables finds."""
    command = [sys.executable, "-c", SHOW_FOUND.format(mode=mode)]
    environ = {**os.environ, **environment}
    return subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize("mode", ["internal_fast", "enterprise"])
def test_23_a_forged_distribution_on_pythonpath(mode: str, operator: Operator) -> None:
    install(operator.evil)
    assert shown(mode, operator.cwd, PYTHONPATH=str(operator.evil)) == []


@pytest.mark.parametrize("mode", ["internal_fast", "enterprise"])
def test_24_a_forged_distribution_in_the_current_directory(mode: str, operator: Operator) -> None:
    install(operator.cwd)
    assert shown(mode, operator.cwd) == []


def test_25_a_user_site_that_the_environment_moves(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "ENABLE_USER_SITE", True)
    monkeypatch.setattr(site, "USER_SITE", str(operator.evil))
    assert str(operator.evil) in site_folders("internal_fast")
    assert str(operator.evil) not in site_folders("enterprise")


@pytest.mark.parametrize("moved", ["{evil}", "lib/../../../../../../../../../..{evil}"])
def test_26_a_library_folder_that_the_environment_moves(
    moved: str, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platlibdir", moved.format(evil=operator.evil))  # as PYTHONPLATLIBDIR does
    assert any(folder.startswith(str(operator.evil)) for folder in site_folders("internal_fast"))
    assert not any(folder.startswith(str(operator.evil)) for folder in site_folders("enterprise"))


def test_27_a_trusted_name_in_a_later_site_folder_does_not_replace_the_first(operator: Operator) -> None:
    install(operator.root / "site")
    install(operator.evil, version="9")
    (each,) = found([operator.root / "site", operator.evil])
    assert each.roots == (f"{operator.root}/site/orders_plugin",)


def test_28_a_link_of_another_distribution_does_not_move_the_trusted_one(operator: Operator) -> None:
    folder = operator.root / "site"
    install(folder)
    (operator.evil / "orders_plugin").mkdir()
    (operator.evil / "orders_plugin/__init__.py").touch()
    (folder / "evil.pth").write_text(f"{operator.evil}\n")
    (each,) = found([folder])
    assert each.roots == (f"{folder}/orders_plugin",)


def test_29_a_relative_link_that_the_current_directory_decides(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_editable(operator.root / "site", ".\n../evil\n")
    (operator.cwd / "orders_plugin").mkdir()
    (operator.cwd / "orders_plugin/__init__.py").touch()
    monkeypatch.chdir(operator.cwd)
    assert found([operator.root / "site"])[0].roots == ()


def test_30_a_forged_index_says_nothing_in_enterprise(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(operator.cwd)
    manifest = operator.root / "operator/manifest.yaml"
    manifest.write_text("version: 1\nmode: enterprise\npaths: {plugins: [trusted]}\n")
    steps = operator.trusted / "steps.py"
    steps.write_text("from aetherflow.core.api import *\n@register_step('genuine')\ndef f(ctx, inputs): ...\n")
    later = SimpleNamespace(time_ns=lambda: time.time_ns() + 60 * 10**9)  # what was just written is not vouched for
    monkeypatch.setattr(plugin_surroundings, "time", later)
    environ = {"AETHERFLOW_STATE_ROOT": str(operator.root / "state")}
    fast = SurroundingsRequest(environ=environ, plugin_paths=(str(operator.trusted),))
    enterprise = SurroundingsRequest(environ=environ, bundle_manifest=str(manifest))
    assert names(fast) == ["genuine"]
    index = operator.root / "state" / INDEX_NAME
    index.write_bytes(forged := index.read_bytes().replace(b'"genuine"', b'"forged"'))
    assert (names(fast), names(enterprise)) == (["forged"], ["genuine"])
    assert index.read_bytes() == forged


def names(request: SurroundingsRequest) -> list[str]:
    """Give the names that the only plugin registers, as far as is known without running it."""
    (plugin,) = plugins_of(request).plugins
    return [each.name for each in plugin.contents.provides]


def test_31_a_link_inside_the_trusted_folder_that_leads_out(operator: Operator) -> None:
    (operator.trusted / "more.py").symlink_to(operator.evil / "steps.py")
    (operator.trusted / "deep").symlink_to(operator.evil)
    readings = FileReadings(PluginIndex(reader="1"), lambda: 0)
    (source,) = discover(operator.asked().accepted, readings.manifest)
    assert [file.path for file in source.files] == ["steps.py"]
    assert [finding.code for finding in source.diagnostics] == ["AF-P131", "AF-P131"]


def test_32_every_refusal_is_told(operator: Operator) -> None:
    verdict = operator.asked(
        {"AETHERFLOW_PLUGIN_PATHS": str(operator.evil), "AETHERFLOW_SECRETS_MODULE": "evil"},
        flag_paths=("x",),
        bundle_plugins_dir="/b",
        distributions=(distribution("evil"),),
    )
    assert refused(verdict) == [
        "package evil AF-P112",
        "bundle /b AF-P111",
        f"environment {operator.evil} AF-P110",
        "flag x AF-P110",
        "secrets hook evil AF-P114",
    ]
