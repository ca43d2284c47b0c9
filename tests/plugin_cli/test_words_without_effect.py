"""Entries of lists that trust or allow nothing are warnings, with the name that was probably meant."""

import pytest

from tests.plugin_cli.conftest import Plugins, text
from tests.support.project import Project

LOG = """
    from aetherflow.core.api import register_step

    @register_step("log")
    def log(ctx, inputs):
        "Ours."
"""


def warned(project: Project, manifest: str, **env: str) -> list[tuple[str, str, str | None]]:
    """Give the warnings about the lists of a manifest: code, message, and what is advised."""
    project.write("manifest.yaml", f"version: 1\n{manifest}\n")
    found = project.aetherflow("plugins", "doctor", "--json", "--bundle-manifest", "manifest.yaml", **env)
    told = [each for each in found.json["diagnostics"] if each["code"] in ("AF-P608", "AF-P609")]
    assert all(each["severity"] == "warning" and each["file"] == "manifest.yaml" for each in told)
    return [(each["code"], each["message"], each["hint"]) for each in told]


def test_a_pattern_among_trusted_packages_trusts_nothing(project: Project) -> None:
    assert warned(project, "trust: {packages: [acme-*]}") == [
        (
            "AF-P608",
            '"acme-*" in trust.packages of the manifest trusts nothing: names are no patterns',
            "name each package as pip does",
        )
    ]


def test_a_trusted_package_that_is_not_installed_is_told(project: Project) -> None:
    assert warned(project, "trust: {packages: [orders-plugin]}", AETHERFLOW_MODE="enterprise") == [
        (
            "AF-P608",
            '"orders-plugin" in trust.packages of the manifest trusts nothing: no installed package with plugins is '
            "called so",
            "correct it, or take it out until it is installed",
        )
    ]


@pytest.mark.parametrize(("name", "meant"), [("logg", "log"), ("sqlite3", "db:sqlite3"), ("harvest", None)])
def test_a_name_that_nothing_registers_lets_nothing_be_overridden(
    project: Project, name: str, meant: str | None
) -> None:
    advice = "write it as the one that is overridden is registered, or take it out"
    assert warned(project, f"trust: {{overrides: [{name}]}}") == [
        (
            "AF-P609",
            f'nothing registers "{name}", which trust.overrides of the manifest lets plugins override',
            f'did you mean "{meant}"? {advice}' if meant else advice,
        )
    ]


def test_names_that_are_registered_are_fine(plugins: Plugins) -> None:
    plugins.add("log.py", LOG)
    plugins.project.write("plugins.yaml", "allow_overrides: [log, external.process, 'db:sqlite3']\n")
    assert plugins.codes() == []


def test_where_code_alone_knows_the_names_only_a_near_one_is_told(plugins: Plugins) -> None:
    plugins.add("many.py", "from aetherflow.core.api import register_step\nregister_step(NAME)(print)\n")
    plugins.project.write("plugins.yaml", "allow_overrides: [load_orders]\n")
    assert ("", "AF-P609") not in plugins.codes()
    plugins.project.write("plugins.yaml", "allow_overrides: [logg]\n")
    assert ("", "AF-P609") in plugins.codes()


def test_a_refused_override_says_what_was_written_for_it(plugins: Plugins) -> None:
    plugins.add("log.py", LOG)
    plugins.project.write("plugins.yaml", "allow_overrides: [logg]\n")
    said = plugins.doctor().stdout
    assert (
        text("""
        warning[AF-P609]: nothing registers "logg", which allow_overrides of the plugins file lets plugins override
         --> plugins.yaml:1:19
          |
        1 | allow_overrides: [logg]
          |                   ^^^^ did you mean "log"?
    """)
        in said
    )
    assert (
        '  = give yours another name, or list "log" under allow_overrides of plugins.yaml (you wrote "logg")\n' in said
    )


def test_a_misspelt_name_is_told_wherever_a_flow_is_read(project: Project) -> None:
    project.write("plugins.yaml", "allow_overrides: [logg, harvest]\n")
    project.write("flow.yaml", "flow: {id: f}\njobs: [{id: j, steps: [{id: s, type: log, inputs: {message: m}}]}]\n")
    (finding,) = project.aetherflow("validate", "flow.yaml", "--json").json["diagnostics"]
    assert (finding["code"], finding["severity"], finding["line"]) == ("AF-P609", "warning", 1)
    assert finding["hint"].startswith('did you mean "log"? ')
    ran = project.aetherflow("run", "flow.yaml")
    assert ran.exit_code == 0
    assert 'warning: AF-P609: nothing registers "logg", which allow_overrides of the plugins file' in ran.stderr
    assert "harvest" not in ran.stderr
