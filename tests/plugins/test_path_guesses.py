"""Of a plugin path that leads nowhere, what was probably meant is told."""

from pathlib import Path

import pytest

from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.origins import ManifestOrigins
from tests.plugins.asking import resolved


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with plugins in it."""
    for name in ("plugins/orders", "vendor", "my plugins"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "plugins/stock.py").touch()
    (tmp_path / "README.md").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("plugin", "plugins"),
        ("./plugns/", "./plugins/"),
        ("plugns/order", "plugins/orders"),
        ("plugins/stok.py", "plugins/stock.py"),
        ("../{name}/plugns", "../{name}/plugins"),
        ("{folder}/plugns", "{folder}/plugins"),
        ("plugns/nobody", None),
        ("README.m", None),
        ("elsewhere", None),
    ],
)
def test_a_path_that_is_nearly_there_is_asked_for(folder: Path, written: str, meant: str | None) -> None:
    places = {"folder": folder, "name": folder.name}
    (finding,) = resolved("internal_fast", folder, flag_paths=(written.format(**places),)).diagnostics
    assert finding.code == "AF-P102"
    assert finding.label == (f'did you mean "{meant.format(**places)}"?' if meant else None)


@pytest.mark.parametrize("sign", [":", ";", " ", ",", " : "])
def test_several_paths_in_one_are_told_how_to_be_separated(folder: Path, sign: str) -> None:
    written = f"plugins{sign}vendor"
    flag, environment, manifest = (
        resolved("internal_fast", folder, flag_paths=(written,)).diagnostics,
        resolved("internal_fast", folder, environment_paths=written).diagnostics,
        resolved("internal_fast", folder, ManifestOrigins(folder=str(folder), plugin_paths=(written,))).diagnostics,
    )
    assert (flag[0].label, flag[0].hint) == (None, "repeat the option: --plugin-path plugins --plugin-path vendor")
    assert manifest[0].hint == "write an entry for each: [plugins, vendor]"
    hints = [each.hint for each in environment]
    assert hints == ([] if sign == "," else ["separate the paths by commas: plugins,vendor"])


@pytest.mark.parametrize("written", ['"plugins"', "'vendor'"])
def test_quotes_that_are_part_of_a_path_are_told(folder: Path, written: str) -> None:
    (finding,) = resolved("internal_fast", folder, environment_paths=written).diagnostics
    assert (finding.label, finding.hint) == (None, "take the quotes away: they are part of the path here")


def test_a_path_with_a_blank_is_one_path(folder: Path) -> None:
    assert resolved("internal_fast", folder, flag_paths=("my plugins",)).diagnostics == ()


def test_a_path_of_the_manifest_is_marked_there(folder: Path) -> None:
    places = (Span("m.yaml", 3, 13, 3, 20), Span("m.yaml", 3, 22, 3, 30))
    manifest = ManifestOrigins(folder=str(folder), plugin_paths=("plugins", "nowhere1"), path_spans=places)
    (finding,) = resolved("internal_fast", folder, manifest).diagnostics
    assert finding.span == places[1]
