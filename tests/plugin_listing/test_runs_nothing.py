"""To list plugins, and to ask about one, runs none of their code."""

import pytest

from tests.plugin_listing.conftest import Plugins

TREACHEROUS = """\
from pathlib import Path

Path("ran").write_text("yes")

from aetherflow.core.api import register_step


@register_step("one")
def one(ctx, inputs):
    pass
"""

COMMANDS = [("list",), ("list", "--verbose"), ("list", "--json"), ("why", "one"), ("why", "one", "--json")]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_module_runs(plugins: Plugins, words: tuple[str, ...]) -> None:
    plugins.add("one.py", TREACHEROUS)
    outcome = plugins.project.aetherflow("plugins", *words, "--plugin-path", "one.py")
    assert outcome.exit_code == 0
    assert "one" in outcome.stdout
    assert not (plugins.project.root / "ran").exists()


def test_a_package_beside_is_not_imported_either(plugins: Plugins) -> None:
    plugins.project.write("msgspec.py", TREACHEROUS)
    plugins.add("one.py", TREACHEROUS)
    assert plugins.list().exit_code == 0
    assert not (plugins.project.root / "ran").exists()


def test_the_second_listing_reads_no_module_anew_and_says_the_same(plugins: Plugins) -> None:
    plugins.add_step("orders", "load", manifest="name: orders\n")
    assert plugins.list().stdout == plugins.list().stdout
