"""What a name that nobody registers is told with: where it was looked for, and what may hide it."""

import pytest

from tests.plugin_runs.plugins import BROKEN, GREET, UNREADABLE, flow_of, write_plugin
from tests.support.project import Outcome, Project

SILENT = "from aetherflow.core.api import Step\n\nclass Greet(Step):\n    def run(self, ctx, inputs): ...\n"
ENTERPRISE = "version: 1\nmode: enterprise\npaths:\n  plugins: [./trusted]\n"


def notes(outcome: Outcome) -> list[str]:
    """Give the notes of all findings, as they are shown by `validate` or, before a run, on stderr."""
    lines = (outcome.stdout + outcome.stderr).splitlines()
    return [line.partition("= note: ")[2] for line in lines if "= note: " in line]


@pytest.mark.parametrize("verb", ["validate", "run"])
def test_without_plugins_it_is_told_how_to_name_some(project: Project, verb: str) -> None:
    project.write("flow.yaml", flow_of("greet"))
    outcome = project.aetherflow(verb, "flow.yaml")
    assert outcome.exit_code == 2
    assert notes(outcome) == ["no plugins are loaded: name a folder with --plugin-path or AETHERFLOW_PLUGIN_PATHS"]


def test_a_misspelt_built_in_needs_no_plugins(project: Project) -> None:
    project.write("flow.yaml", flow_of("external.proces"))
    outcome = project.aetherflow("validate", "flow.yaml")
    assert 'did you mean "external.process"?' in outcome.stdout
    assert notes(outcome) == []


def test_the_plugins_that_were_looked_into_are_named(project: Project) -> None:
    for name in ("a", "b", "c", "d"):
        write_plugin(project.root / name, steps=GREET.replace('"greet"', f'"{name}.hail"'))
    project.write("flow.yaml", flow_of("zzz"))
    outcome = project.aetherflow("validate", "flow.yaml", AETHERFLOW_PLUGIN_PATHS="a,b")
    assert notes(outcome) == ['looked for in the plugins "a", "b"']
    outcome = project.aetherflow("validate", "flow.yaml", AETHERFLOW_PLUGIN_PATHS="a,b,c,d")
    assert notes(outcome) == ['looked for in the plugins "a", "b", "c" and 1 more']


@pytest.mark.parametrize("verb", ["validate", "run"])
def test_a_plugin_that_registers_nothing_is_named(project: Project, verb: str) -> None:
    write_plugin(project.root / "plug", steps=SILENT)
    project.write("flow.yaml", flow_of("greet"))
    outcome = project.aetherflow(verb, "flow.yaml", "--plugin-path", "plug")
    assert outcome.exit_code == 2
    assert notes(outcome) == [
        'the plugin "plug" registers nothing: `aetherflow plugins doctor --plugin-path plug` says why'
    ]


def test_drivers_and_kinds_are_told_alike(project: Project) -> None:
    write_plugin(project.root / "plug", steps=SILENT)
    for kind, driver, code in (("shop", "json", "AF-F402"), ("db", "zzz", "AF-F403")):
        project.write(
            "flow.yaml",
            f"version: 1\nflow: {{id: f}}\nresources:\n  s: {{kind: {kind}, driver: {driver}}}\n"
            "jobs:\n  - {id: j, steps: [{id: s, type: log, inputs: {message: hi}}]}\n",
        )
        outcome = project.aetherflow("validate", "flow.yaml", "--plugin-path", "plug")
        assert f"error[{code}]" in outcome.stdout
        assert notes(outcome) == [
            'the plugin "plug" registers nothing: `aetherflow plugins doctor --plugin-path plug` says why'
        ]


class TestRefusedOrigins:
    """What somebody names, and enterprise mode does not load."""

    @pytest.mark.parametrize("verb", ["validate", "run"])
    def test_a_path_that_is_named_now_and_refused_is_a_warning(self, project: Project, verb: str) -> None:
        write_plugin(project.root / "plugins", greeting=GREET)
        project.write("flow.yaml", flow_of("log", inputs="{message: hi}"))
        words = ("--plugin-path", "plugins", "--plugin-path", "plugins")
        outcome = project.aetherflow(
            verb, "flow.yaml", *words, AETHERFLOW_MODE="enterprise", AETHERFLOW_PLUGIN_PATHS="plugins"
        )
        assert outcome.exit_code == 0
        told = outcome.stdout + outcome.stderr
        assert told.count("AF-P110") == 2
        assert told.count('"plugins" is not loaded: enterprise mode loads nothing that --plugin-path names') == 1
        assert told.count('"plugins" is not loaded: enterprise mode loads nothing that AETHERFLOW_PLUGIN_PATHS') == 1

    def test_a_secrets_hook_of_the_environment_is_told_too(self, project: Project) -> None:
        project.write("hook.py", "def decode(value): return value\n")
        project.write("flow.yaml", flow_of("log", inputs="{message: hi}"))
        outcome = project.aetherflow(
            "validate", "flow.yaml", AETHERFLOW_MODE="enterprise", AETHERFLOW_SECRETS_PATH="hook.py"
        )
        assert outcome.exit_code == 0
        assert outcome.stdout.count("warning[AF-P114]") == 1

    def test_an_unknown_name_says_how_much_was_refused(self, project: Project) -> None:
        write_plugin(project.root / "trusted", steps=GREET.replace('"greet"', '"hail"'))
        project.write("manifest.yaml", ENTERPRISE)
        project.write("flow.yaml", flow_of("greet"))
        words = ("flow.yaml", "--bundle-manifest", "manifest.yaml")
        outcome = project.aetherflow("validate", *words, AETHERFLOW_PLUGIN_PATHS="one,two")
        assert outcome.exit_code == 2
        assert notes(outcome) == [
            'looked for in the plugin "trusted"',
            "enterprise mode refuses 2 paths: "
            "`aetherflow plugins list --verbose --bundle-manifest manifest.yaml` says why",
        ]

    def test_without_a_manifest_nothing_but_built_ins_is_there(self, project: Project) -> None:
        project.write("flow.yaml", flow_of("greet"))
        outcome = project.aetherflow("validate", "flow.yaml", AETHERFLOW_MODE="enterprise")
        assert notes(outcome) == ["no plugins are loaded: enterprise mode loads those that the manifest names"]


class TestDeclarations:
    """What aetherflow-plugin.yaml says of the names, and what the code says."""

    MANIFEST = "name: plug\nversion: 1.0.0\nprovides:\n  - {kind: step, name: gret}\n"
    WARNING = 'the plugin "plug" declares the step "gret", which its code does not register'

    @pytest.mark.parametrize("verb", ["validate", "run"])
    def test_a_name_that_is_declared_and_not_registered_does_not_count(self, project: Project, verb: str) -> None:
        write_plugin(project.root / "plug", steps=GREET)
        project.write("plug/aetherflow-plugin.yaml", self.MANIFEST)
        project.write("flow.yaml", flow_of("gret"))
        outcome = project.aetherflow(verb, "flow.yaml", "--plugin-path", "plug")
        assert outcome.exit_code == 2
        told = outcome.stdout + outcome.stderr
        assert 'error[AF-F204]: unknown step type "gret"' in told
        assert 'did you mean "greet"?' in told
        assert notes(outcome) == ["plug/aetherflow-plugin.yaml:4 declares it, and the code does not register it"]
        assert f"warning[AF-P211]: {self.WARNING}" in told

    @pytest.mark.parametrize("verb", ["validate", "run"])
    def test_a_name_that_is_registered_and_not_declared_counts(self, project: Project, verb: str) -> None:
        write_plugin(project.root / "plug", steps=GREET)
        project.write("plug/aetherflow-plugin.yaml", self.MANIFEST)
        project.write("flow.yaml", flow_of("greet", inputs="{name: Ada}"))
        outcome = project.aetherflow(verb, "flow.yaml", "--plugin-path", "plug")
        assert outcome.exit_code == 0
        assert self.WARNING in outcome.stdout + outcome.stderr

    def test_what_only_a_run_can_tell_is_told_by_the_run(self, project: Project) -> None:
        write_plugin(project.root / "plug", steps=UNREADABLE)
        project.write("plug/aetherflow-plugin.yaml", self.MANIFEST)
        project.write("flow.yaml", flow_of("gret"))
        words = ("flow.yaml", "--plugin-path", "plug")
        assert project.aetherflow("validate", *words).exit_code == 0
        outcome = project.aetherflow("run", *words)
        assert outcome.exit_code == 2
        assert notes(outcome)[0] == "plug/aetherflow-plugin.yaml:4 declares it, and the code does not register it"


def test_a_name_of_a_plugin_that_failed_to_load_says_so(project: Project) -> None:
    write_plugin(project.root / "plug", broken=BROKEN)
    project.write("flow.yaml", flow_of("broken"))
    outcome = project.aetherflow("run", "flow.yaml", "--plugin-path", "plug", AETHERFLOW_PLUGIN_STRICT="false")
    assert outcome.exit_code == 2
    assert notes(outcome) == ['the plugin "plug" would register it, but the code for it does not load']
