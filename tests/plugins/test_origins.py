"""Where plugins come from, and what each mode does with each origin: the table of docs/plugins/where-from.md."""

import os
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.plugins.origins import ManifestOrigins, refusal_findings
from tests.plugins.asking import accepted, codes, distribution, refused, resolved

BOTH = ("internal_fast", "enterprise")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with plugin folders a, b and c."""
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    return tmp_path


def manifest_in(folder: Path, *paths: str, **said: Any) -> ManifestOrigins:
    return ManifestOrigins(folder=str(folder), plugin_paths=paths, **said)


@pytest.mark.parametrize("mode", BOTH)
def test_built_ins_load(mode: str, folder: Path) -> None:
    assert [origin.kind for origin in resolved(mode, folder).accepted] == ["built-in"]


@pytest.mark.parametrize(
    ("mode", "trusted", "loads"),
    [
        ("internal_fast", (), True),
        ("internal_fast", ("orders-plugin",), True),
        ("enterprise", (), False),
        ("enterprise", ("orders-plugin",), True),
        ("enterprise", ("other",), False),
        ("enterprise", (" Orders.Plugin ",), True),
    ],
)
def test_installed_packages(mode: str, trusted: tuple[str, ...], loads: bool, folder: Path) -> None:
    manifest = manifest_in(folder, trusted_packages=trusted)
    verdict = resolved(mode, folder, manifest, distributions=(distribution("orders_plugin"),))
    assert accepted(verdict) == (["package orders_plugin"] if loads else [])
    assert refused(verdict) == ([] if loads else ["package orders_plugin AF-P112"])


@pytest.mark.parametrize("mode", BOTH)
def test_manifest_paths_load(mode: str, folder: Path) -> None:
    assert accepted(resolved(mode, Path("/"), manifest_in(folder, "a", " ./b "))) == ["manifest a", "manifest ./b"]


@pytest.mark.parametrize(("mode", "loads"), [("internal_fast", True), ("enterprise", False)])
def test_the_bundle_folder(mode: str, loads: bool, folder: Path) -> None:
    verdict = resolved(mode, folder, manifest_in(folder), bundle_plugins_dir=str(folder / "a"))
    assert accepted(verdict) == ([f"bundle {folder}/a"] if loads else [])
    assert refused(verdict) == ([] if loads else [f"bundle {folder}/a AF-P111"])


@pytest.mark.parametrize(("mode", "loads"), [("internal_fast", True), ("enterprise", False)])
@pytest.mark.parametrize("with_manifest", [True, False])
def test_paths_of_environment_and_flags(mode: str, loads: bool, with_manifest: bool, folder: Path) -> None:
    manifest = manifest_in(folder) if with_manifest else None
    verdict = resolved(mode, folder, manifest, environment_paths="a,b", flag_paths=("c",))
    assert accepted(verdict) == (["environment a", "environment b", "flag c"] if loads else [])
    assert refused(verdict) == ([] if loads else ["environment a AF-P110", "environment b AF-P110", "flag c AF-P110"])


@pytest.mark.parametrize(
    ("mode", "environment", "in_manifest", "loads", "not_loaded"),
    [
        ("internal_fast", "hook.py", None, ["secrets hook hook.py"], []),
        ("internal_fast", None, "own.py", ["secrets hook own.py"], []),
        ("internal_fast", "hook.py", "own.py", ["secrets hook hook.py"], []),
        ("enterprise", "hook.py", None, [], ["secrets hook hook.py AF-P114"]),
        ("enterprise", None, "own.py", ["secrets hook own.py"], []),
        ("enterprise", "hook.py", "own.py", ["secrets hook own.py"], ["secrets hook hook.py AF-P114"]),
    ],
)
def test_the_secrets_hook(
    mode: str,
    environment: str | None,
    in_manifest: str | None,
    loads: list[str],
    not_loaded: list[str],
    folder: Path,
) -> None:
    verdict = resolved(mode, folder, manifest_in(folder, secrets=in_manifest), environment_secrets=environment)
    assert (accepted(verdict), refused(verdict)) == (loads, not_loaded)


def test_the_order_is_that_of_precedence(folder: Path) -> None:
    for name in ("d", "e"):
        (folder / name).mkdir()
    verdict = resolved(
        "internal_fast",
        folder,
        manifest_in(folder, "c", "b"),
        distributions=(distribution("zeta"), distribution("Alpha")),
        bundle_plugins_dir=str(folder / "a"),
        environment_paths="e",
        flag_paths=("d",),
    )
    assert accepted(verdict) == [
        "package Alpha",
        "package zeta",
        "manifest c",
        "manifest b",
        f"bundle {folder}/a",
        "environment e",
        "flag d",
    ]


def test_every_origin_says_why_it_may_load(folder: Path) -> None:
    verdict = resolved(
        "internal_fast", folder, manifest_in(folder, "b"), environment_paths="a", distributions=(distribution("d"),)
    )
    assert [origin.trust for origin in verdict.accepted] == [
        "part of AetherFlow",
        "installed",
        "named in the manifest's paths.plugins",
        "named by AETHERFLOW_PLUGIN_PATHS",
    ]


def test_a_refusal_says_why_and_what_to_do(folder: Path) -> None:
    verdict = resolved("enterprise", folder, environment_paths="a", distributions=(distribution("orders"),))
    assert [f"{each.severity} {each.message}; {each.hint}" for each in refusal_findings(verdict.refused)] == [
        'warning "orders" is not loaded: enterprise mode without a manifest loads built-ins only; '
        'add "orders" to trust.packages of the manifest, or uninstall it',
        'warning "a" is not loaded: enterprise mode loads nothing that AETHERFLOW_PLUGIN_PATHS names; '
        "name the folder under paths.plugins of the manifest",
    ]


def test_entries_are_stripped_and_empty_ones_dropped(folder: Path) -> None:
    verdict = resolved("internal_fast", folder, environment_paths=" a ,, ,b,", flag_paths=("", " c"))
    assert accepted(verdict) == ["environment a", "environment b", "flag c"]
    assert codes(verdict) == []


def test_environment_paths_are_relative_to_the_current_directory_and_manifest_paths_to_the_manifest(
    folder: Path,
) -> None:
    (folder / "a/a").mkdir()
    verdict = resolved("internal_fast", folder, manifest_in(folder / "a", "a"), environment_paths="a")
    assert [origin.real_path for origin in verdict.accepted[1:]] == [f"{folder}/a/a", f"{folder}/a"]


def test_a_tilde_is_the_home_folder_for_those_who_use_a_shell(folder: Path) -> None:
    verdict = resolved("internal_fast", Path("/"), environment_paths="~/a", flag_paths=("~",), home=str(folder))
    assert [origin.real_path for origin in verdict.accepted[1:]] == [f"{folder}/a", str(folder)]


def test_a_missing_path_is_a_finding(folder: Path) -> None:
    verdict = resolved("internal_fast", folder, manifest_in(folder, "~/plugins"), environment_paths="a:x,nowhere")
    assert accepted(verdict) == []
    assert [f"{each.code} {each.message}; {each.hint}" for each in verdict.diagnostics] == [
        'AF-P102 the plugin path "~/plugins" of the manifest does not exist; '
        '"~" has no meaning in a manifest: write the path in full, or relative to the manifest\'s folder',
        'AF-P102 the plugin path "a:x" of AETHERFLOW_PLUGIN_PATHS does not exist; the paths are separated by commas',
        'AF-P102 the plugin path "nowhere" of AETHERFLOW_PLUGIN_PATHS does not exist; '
        "correct it or take it out; a relative path is relative to the current directory",
    ]


def test_a_folder_that_cannot_be_entered_is_a_finding(without_root: Path) -> None:
    (without_root / "a").mkdir(mode=0o600)
    assert codes(resolved("internal_fast", without_root, environment_paths="a")) == ["AF-P103"]


def test_what_is_no_path_is_a_finding(folder: Path) -> None:
    verdict = resolved("internal_fast", folder, environment_paths="a\0b")
    assert [each.message for each in verdict.diagnostics] == [
        'the plugin path "a\\0b" of AETHERFLOW_PLUGIN_PATHS cannot be read: it contains a NUL character'
    ]


def test_a_file_that_is_no_module_is_a_finding(folder: Path) -> None:
    (folder / "plugin.whl").touch()
    os.mkfifo(folder / "pipe.py")
    assert codes(resolved("internal_fast", folder, environment_paths="plugin.whl,pipe.py")) == ["AF-P104", "AF-P104"]


def test_one_real_path_is_one_plugin(folder: Path) -> None:
    (folder / "link").symlink_to("a")
    verdict = resolved("internal_fast", folder, environment_paths="link,a,./a/,b/../a", flag_paths=(str(folder / "a"),))
    (origin,) = verdict.accepted[1:]
    assert (origin.named, origin.path, origin.real_path) == ("link", f"{folder}/link", f"{folder}/a")
    assert origin.also_named == ("a", "./a/", "b/../a", f"{folder}/a")
    assert codes(verdict) == ["AF-P105"] * 4


def test_a_package_and_its_init_file_are_one_plugin(folder: Path) -> None:
    (folder / "a/__init__.py").touch()
    assert accepted(resolved("internal_fast", folder, environment_paths="a/__init__.py,a")) == [
        "environment a/__init__.py"
    ]


def test_an_installed_package_named_by_its_path_is_one_plugin(folder: Path) -> None:
    verdict = resolved(
        "internal_fast", folder, environment_paths="a", distributions=(distribution("orders", f"{folder}/a"),)
    )
    assert accepted(verdict) == ["package orders"]
    assert [each.message for each in verdict.diagnostics] == [
        'the plugin path "a" of AETHERFLOW_PLUGIN_PATHS is "orders" of the installed packages again: it loads once'
    ]


def test_a_refused_path_is_not_even_looked_at(folder: Path) -> None:
    verdict = resolved("enterprise", folder, environment_paths="nowhere")
    assert (refused(verdict), codes(verdict)) == (["environment nowhere AF-P110"], [])
