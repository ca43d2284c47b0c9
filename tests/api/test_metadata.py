"""PluginMetadata says which part of it is wrong, where it is made."""

import subprocess
import sys
from typing import Any

import pytest

from aetherflow.core.api import PluginMetadata

SOUND: dict[str, Any] = {
    "name": "orders",
    "version": "1.2.0",
    "author": "Data platform",
    "description": "Loads orders.",
}


def test_metadata_hold_what_they_are_given() -> None:
    metadata = PluginMetadata("orders", "1.2.0rc1", "Ann", "Loads orders.", ["read:/data"], ">=0.1,<2")  # type: ignore[arg-type]  # a list is as good
    assert metadata == PluginMetadata(
        name="orders",
        version="1.2.0rc1",
        author="Ann",
        description="Loads orders.",
        required_permissions=("read:/data",),
        compatible_versions=">=0.1,<2",
    )


def test_metadata_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        PluginMetadata(**SOUND).version = "2.0"  # type: ignore[misc]  # that is the claim


@pytest.mark.parametrize("field", ["name", "version", "author", "description"])
def test_each_needed_part_is_named_where_it_is_missing(field: str) -> None:
    given = {name: value for name, value in SOUND.items() if name != field}
    with pytest.raises(TypeError, match=f"Missing required argument '{field}'"):
        PluginMetadata(**given)


@pytest.mark.parametrize("field", ["name", "version", "author", "description"])
@pytest.mark.parametrize(("value", "problem"), [(" ", "is empty"), (None, "must be a text, found None")])
def test_each_needed_part_is_named_where_it_is_no_text(field: str, value: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=rf"^PluginMetadata: {field} {problem}$"):
        PluginMetadata(**{**SOUND, field: value})


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("version", "one", 'version "one" is none that PEP 440 knows, such as "1.2.0"'),
        ("compatible_versions", "1.x", 'compatible_versions "1.x" is no range of versions, such as ">=1.0,<2"'),
        ("compatible_versions", None, "compatible_versions must be a text, found None"),
        (
            "required_permissions",
            ("read:/data", "internet"),
            "required_permissions holds 'internet', and permissions are read:…, write:…, network:…, process:…, env:…",
        ),
        ("required_permissions", "env:HOME", "required_permissions must be a list or tuple of texts, found 'env:HOME'"),
    ],
)
def test_a_part_that_means_nothing_is_shown(field: str, value: Any, problem: str) -> None:
    with pytest.raises(ValueError) as raised:
        PluginMetadata(**{**SOUND, field: value})
    assert str(raised.value) == f"PluginMetadata: {problem}"


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ValueError) as raised:
        PluginMetadata(**{**SOUND, "author": "", "version": "new"})
    assert str(raised.value) == (
        'PluginMetadata: version "new" is none that PEP 440 knows, such as "1.2.0"; author is empty'
    )


def test_plain_metadata_import_nothing_more() -> None:
    code = (
        "import sys; from aetherflow.core.api import PluginMetadata; before = set(sys.modules)\n"
        "PluginMetadata('a', '1.2', 'b', 'c'); print(*(set(sys.modules) - before))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == ""
