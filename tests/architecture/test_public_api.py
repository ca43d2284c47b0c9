"""The public surface changes only on purpose, and costs next to nothing to import."""

import subprocess
import sys
from pathlib import Path

from aetherflow.core import api

PUBLIC_API = Path(__file__).with_name("public_api.txt")
HEAVY = {"typer", "rich", "jsonschema", "asyncio", "logging", "sqlite3", "yaml"}
NEW_MODULES = "import sys; before = set(sys.modules); import aetherflow.core.api; print(*(set(sys.modules) - before))"


def test_the_public_names_are_the_checked_in_list() -> None:
    assert sorted(api.__all__) == PUBLIC_API.read_text(encoding="utf-8").split()


def test_every_public_name_exists() -> None:
    assert [name for name in api.__all__ if not hasattr(api, name)] == []


def test_importing_the_public_surface_imports_nothing_heavy() -> None:
    imported = subprocess.run([sys.executable, "-c", NEW_MODULES], capture_output=True, text=True, check=True).stdout
    assert {name.partition(".")[0] for name in imported.split()} & HEAVY == set()
