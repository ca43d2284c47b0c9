"""Names that are AetherFlow's own."""

from pathlib import Path

import pytest

from aetherflow.cli.app import RootGroup
from aetherflow.core.plugins.reserved_names import CORE_COMMANDS, reserved_plugin_findings
from tests.plugin_order.ordering import known, shown, write_plugin


def test_every_command_of_the_command_line_is_reserved() -> None:
    assert set(RootGroup.table) - CORE_COMMANDS == set()


def test_a_plugin_cannot_be_called_as_the_built_ins_are(tmp_path: Path) -> None:
    write_plugin(tmp_path, "mine", "name: AetherFlow")
    (plugin,) = known(tmp_path, "mine")
    assert shown(tmp_path, *reserved_plugin_findings(plugin)) == (
        'error[AF-P603]: no plugin may be called "AetherFlow": the built-ins are\n'
        " --> /mine/aetherflow-plugin.yaml:3:7\n"
        "  |\n"
        "3 | name: AetherFlow\n"
        "  |       ^^^^^^^^^^\n"
        "  |\n"
        "  = give it another name: `name: my-AetherFlow` in its aetherflow-plugin.yaml\n"
        "\n"
        "1 error"
    )


def test_a_folder_of_that_name_is_told_without_a_place(tmp_path: Path) -> None:
    write_plugin(tmp_path, "aetherflow")
    (finding,) = reserved_plugin_findings(known(tmp_path, "aetherflow")[0])
    assert (finding.code, finding.span) == ("AF-P603", None)


@pytest.mark.parametrize("name", ["aetherflow-orders", "my_aetherflow", "aether-flow"])
def test_a_name_that_only_contains_it_is_free(tmp_path: Path, name: str) -> None:
    write_plugin(tmp_path, name)
    assert list(reserved_plugin_findings(known(tmp_path, name)[0])) == []
