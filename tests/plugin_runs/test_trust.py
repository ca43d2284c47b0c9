"""Which code a run may load: the mode, the manifest, the lock, and names that change hands."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import register_step, run_flow
from aetherflow.core.contracts.errors import PluginRefused
from tests.plugin_runs.plugins import GREET, MARKING, flow_of, write_plugin
from tests.support.project import Project, clean_environment

ENTERPRISE = "version: 1\nmode: enterprise\npaths:\n  plugins: [./trusted]\n"


class TestEnterprise:
    """Nothing from the environment adds or replaces code."""

    def test_plugin_paths_of_the_environment_and_of_flags_are_not_loaded(self, project: Project) -> None:
        write_plugin(project.root / "plugins", marking=MARKING)
        project.write("flow.yaml", flow_of("log", inputs="{message: hi}"))
        outcome = project.aetherflow(
            "run",
            "flow.yaml",
            "--plugin-path",
            "plugins",
            AETHERFLOW_PLUGIN_PATHS="plugins",
            AETHERFLOW_MODE="Enterprise ",
        )
        assert outcome.exit_code == 0
        assert not (project.root / "was-run").exists()

    def test_the_folders_of_the_manifest_are(self, project: Project) -> None:
        write_plugin(project.root / "ops/trusted", greeting=GREET)
        project.write("ops/manifest.yaml", ENTERPRISE)
        project.write("flow.yaml", flow_of("greet", inputs="{name: Ada}"))
        outcome = project.aetherflow("run", "flow.yaml", "--bundle-manifest", "ops/manifest.yaml", "--json")
        assert outcome.exit_code == 0
        assert [plugin["name"] for plugin in outcome.json["plugins"]] == ["trusted"]

    def test_a_plugin_that_breaks_is_not_left_out_whatever_the_environment_says(self, project: Project) -> None:
        write_plugin(project.root / "ops/trusted", guard="raise OSError('no policy')\n")
        project.write("ops/manifest.yaml", ENTERPRISE)
        project.write("flow.yaml", flow_of("log", inputs="{message: hi}"))
        words = ("run", "flow.yaml", "--bundle-manifest", "ops/manifest.yaml")
        outcome = project.aetherflow(*words, AETHERFLOW_PLUGIN_STRICT="false")
        assert outcome.exit_code == 3
        assert "no policy" in outcome.stderr
        assert "log.s" not in outcome.stderr

    def test_a_manifest_cannot_ask_for_a_milder_mode_than_the_environment(self, project: Project) -> None:
        write_plugin(project.root / "plugins", greeting=GREET)
        project.write("manifest.yaml", "version: 1\nmode: internal_fast\n")
        project.write("flow.yaml", flow_of("greet", inputs="{name: Ada}"))
        words = ("validate", "flow.yaml", "--bundle-manifest", "manifest.yaml", "--plugin-path", "plugins")
        assert project.aetherflow(*words).exit_code == 0
        assert project.aetherflow(*words, AETHERFLOW_MODE="enterprise").exit_code == 2

    def test_a_secrets_hook_of_the_environment_is_not_run_and_that_of_the_manifest_is(self, project: Project) -> None:
        project.write("theirs.py", "open('was-run', 'w')\ndef decode(value): return value\n")
        project.write("ops/ours.py", "def decode(value):\n    return 'decoded ' + value\n")
        project.write("ops/manifest.yaml", "version: 1\nmode: enterprise\nsecrets: {path: ours.py}\n")
        project.write(
            "flow.yaml",
            "version: 1\nflow: {id: f}\n"
            "resources:\n"
            "  d: {kind: db, driver: sqlite3, config: {path: file.db}, decode: {config: {path: true}}}\n"
            "jobs:\n"
            "  - id: main\n"
            "    steps:\n"
            "      - {id: s, type: db_execute, inputs: {resource: d, sql: create table t (x)}}\n",
        )
        outcome = project.aetherflow(
            "run", "flow.yaml", "--bundle-manifest", "ops/manifest.yaml", AETHERFLOW_SECRETS_PATH="theirs.py"
        )
        assert outcome.exit_code == 0
        assert not (project.root / "was-run").exists()
        assert (project.root / "decoded file.db").exists()

    def test_a_lock_refuses_what_was_edited_since(self, project: Project) -> None:
        folder = write_plugin(project.root / "trusted", greeting=GREET)
        project.write("manifest.yaml", ENTERPRISE)
        project.write("flow.yaml", flow_of("greet", inputs="{name: Ada}"))
        manifest = ("--bundle-manifest", "manifest.yaml")
        assert project.aetherflow("plugins", "sync", *manifest).exit_code == 0
        assert project.aetherflow("run", "flow.yaml", *manifest).exit_code == 0
        write_plugin(folder, greeting=MARKING + GREET)
        for verb in ("validate", "run"):
            outcome = project.aetherflow(verb, "flow.yaml", *manifest)
            assert outcome.exit_code == 3
            assert "greeting.py" in outcome.stdout + outcome.stderr
            assert "error[AF-P402]" in outcome.stdout + outcome.stderr
        assert not (project.root / "was-run").exists()

    def test_a_lock_refuses_what_is_not_in_it(self, project: Project) -> None:
        write_plugin(project.root / "trusted", greeting=GREET)
        project.write("manifest.yaml", ENTERPRISE.replace("[./trusted]", "[./trusted, ./new]"))
        write_plugin(project.root / "new", marking=MARKING)
        project.write("flow.yaml", flow_of("log", inputs="{message: hi}"))
        manifest = ("--bundle-manifest", "manifest.yaml")
        assert project.aetherflow("plugins", "sync", *manifest).exit_code == 0
        lock = project.root / "aetherflow.plugins.lock"
        project.write("manifest.yaml", ENTERPRISE)
        assert project.aetherflow("plugins", "sync", *manifest).exit_code == 0
        assert '"new"' not in lock.read_text()
        project.write("manifest.yaml", ENTERPRISE.replace("[./trusted]", "[./trusted, ./new]"))
        outcome = project.aetherflow("run", "flow.yaml", *manifest)
        assert outcome.exit_code == 3
        assert "error[AF-P401]" in outcome.stderr
        assert not (project.root / "was-run").exists()


def test_a_lock_warns_of_what_was_edited_where_the_mode_is_mild(project: Project) -> None:
    folder = write_plugin(project.root / "plugins", greeting=GREET)
    project.write("flow.yaml", flow_of("greet", inputs="{name: Ada}"))
    words = ("--plugin-path", "plugins")
    assert project.aetherflow("plugins", "sync", *words).exit_code == 0
    write_plugin(folder, greeting=GREET + "\n# edited\n")
    outcome = project.aetherflow("run", "flow.yaml", "--json", *words)
    assert outcome.exit_code == 0
    assert [(each["code"], each["severity"]) for each in outcome.json["diagnostics"]] == [("AF-P402", "warning")]


class TestOverrides:
    """Who has a name that two register."""

    LOG = """
    from aetherflow.core.api import register_step

    @register_step("log")
    def log(ctx, inputs):
        return {"message": "ours"}
    """

    def test_a_built_in_is_not_overridden_unasked(self, project: Project) -> None:
        write_plugin(project.root / "plugins", log=self.LOG)
        project.write("flow.yaml", flow_of("log", inputs="{message: hi}"))
        outcome = project.aetherflow("run", "flow.yaml", "--plugin-path", "plugins")
        assert outcome.exit_code == 3
        assert "error[AF-P601]" in outcome.stderr
        assert " --> plugins/log.py:3:" in outcome.stderr

    def test_unless_plugins_yaml_beside_the_flow_allows_it(self, project: Project) -> None:
        write_plugin(project.root / "plugins", log=self.LOG)
        project.write("plugins.yaml", "allow_overrides: [log]\n")
        project.write("flow.yaml", flow_of("log", inputs="{message: hi}"))
        outcome = project.aetherflow("run", "flow.yaml", "--plugin-path", "plugins", "--json")
        assert outcome.exit_code == 0
        assert outcome.json["jobs"]["main"]["steps"]["s0"]["outputs"] == {"message": "ours"}

    def test_where_nobody_is_strict_the_built_in_stays(self, project: Project) -> None:
        write_plugin(project.root / "plugins", log=self.LOG)
        project.write("flow.yaml", flow_of("log", inputs="{message: hi}"))
        outcome = project.aetherflow(
            "run", "flow.yaml", "--plugin-path", "plugins", "--json", AETHERFLOW_PLUGIN_STRICT="false"
        )
        assert outcome.exit_code == 0
        assert outcome.json["jobs"]["main"]["steps"]["s0"]["outputs"] == {"message": "hi"}
        assert [(each["code"], each["severity"]) for each in outcome.json["diagnostics"]] == [("AF-P601", "warning")]

    def test_the_last_of_two_plugins_has_the_name(self, project: Project) -> None:
        for name in ("first", "second"):
            write_plugin(project.root / name, greeting=self.LOG.replace('"log"', '"hail"').replace("ours", name))
        project.write("flow.yaml", flow_of("hail"))
        outcome = project.aetherflow("run", "flow.yaml", "--json", AETHERFLOW_PLUGIN_PATHS="first")
        assert outcome.json["jobs"]["main"]["steps"]["s0"]["outputs"] == {"message": "first"}
        both = project.aetherflow("run", "flow.yaml", "--json", "--plugin-path", "first", "--plugin-path", "second")
        assert both.json["jobs"]["main"]["steps"]["s0"]["outputs"] == {"message": "second"}


def test_plugins_load_in_the_order_of_what_they_require(project: Project) -> None:
    for name, needs in (("base", ""), ("above", "requires: [base]\n")):
        write_plugin(project.root / name, steps=f"print('loading {name}')\n")
        project.write(f"{name}/aetherflow-plugin.yaml", f"name: {name}\nversion: 1.0.0\n{needs}")
    project.write("flow.yaml", flow_of("log", inputs="{message: hi}"))
    outcome = project.aetherflow("run", "flow.yaml", AETHERFLOW_PLUGIN_PATHS="above,base")
    assert outcome.exit_code == 0
    assert outcome.stderr.index("loading base") < outcome.stderr.index("loading above")


def test_a_cycle_of_requirements_refuses_the_run_and_prints_itself(project: Project) -> None:
    for name, needs in (("a", "b"), ("b", "a")):
        write_plugin(project.root / name, steps="")
        project.write(f"{name}/aetherflow-plugin.yaml", f"name: {name}\nversion: 1.0.0\nrequires: [{needs}]\n")
    project.write("flow.yaml", flow_of("log", inputs="{message: hi}"))
    outcome = project.aetherflow("run", "flow.yaml", AETHERFLOW_PLUGIN_PATHS="a,b")
    assert outcome.exit_code == 3
    assert "a → b → a" in outcome.stderr


def test_a_manifest_that_demands_what_cannot_be_given_is_all_that_is_told(project: Project) -> None:
    write_plugin(project.root / "trusted", greeting=GREET)
    project.write("manifest.yaml", ENTERPRISE + "trust: {require_signature: true}\n")
    project.write("flow.yaml", flow_of("greet", inputs="{name: Ada}"))
    outcome = project.aetherflow("run", "flow.yaml", "--bundle-manifest", "manifest.yaml")
    assert outcome.exit_code == 3
    assert "AF-F204" not in outcome.stderr


def test_an_embedding_program_overrides_no_built_in_unasked(tmp_path: Path) -> None:
    @register_step("log")
    def log(ctx: Any, inputs: Any) -> dict[str, Any]:
        return {"message": "ours"}

    flow = tmp_path / "flow.yaml"
    flow.write_text(flow_of("log", inputs="{message: hi}"))
    env = clean_environment(tmp_path)
    with pytest.raises(PluginRefused) as refused:
        run_flow(flow, plugins=[log], env=env)
    assert [finding.code for finding in refused.value.diagnostics] == ["AF-P601"]
    (tmp_path / "plugins.yaml").write_text("allow_overrides: [log]\n")
    result = run_flow(flow, plugins=[log], env=env)
    assert result.jobs["main"].steps["s0"].outputs == {"message": "ours"}


def test_what_a_plugin_says_when_it_fails_is_masked(project: Project) -> None:
    write_plugin(
        project.root / "plugins",
        telling="""
        import os
        raise RuntimeError("cannot log in with " + os.environ["DB_PASSWORD"])
        """,
    )
    project.write("flow.yaml", flow_of("log", inputs="{message: hi}"))
    for strict, code in (("true", 3), ("false", 0)):
        outcome = project.aetherflow(
            "run",
            "flow.yaml",
            "--plugin-path",
            "plugins",
            DB_PASSWORD="hunter2hunter2",
            AETHERFLOW_PLUGIN_STRICT=strict,
        )
        assert outcome.exit_code == code
        assert "cannot log in with ***" in outcome.stderr
        assert "hunter2" not in outcome.stdout + outcome.stderr


def test_the_current_directory_is_no_place_for_code(project: Project) -> None:
    write_plugin(project.root / "ops/trusted", needing="import clever_library\n" + GREET)
    project.write("clever_library.py", "open('was-run', 'w')\n")
    project.write("ops/manifest.yaml", ENTERPRISE)
    project.write("flow.yaml", flow_of("greet", inputs="{name: Ada}"))
    words = ("-m", "aetherflow", "run", "flow.yaml", "--bundle-manifest", "ops/manifest.yaml")
    completed = subprocess.run(
        [sys.executable, *words], cwd=project.root, env=project.env, capture_output=True, text=True, check=False
    )
    assert completed.returncode == 3
    assert 'error[AF-P503]: there is no module "clever_library"' in completed.stderr
    assert not (project.root / "was-run").exists()


WATCHING = """
from aetherflow.core.api import register_hook

@register_hook("after_run")
def watch(data, ctx): ...
"""


def plugin_lines(project: Project, *options: str) -> list[str]:
    """Give the plugins as `runs show` names them, those above all jobs."""
    run_id = project.aetherflow("runs", "list", "--json").json[0]["run_id"]
    text = project.aetherflow("runs", "show", run_id, *options).stdout.partition("\n\n")[0]
    return [line for line in text.splitlines() if line.startswith("  plugin ")]


class TestProvenance:
    """A run's record says what it went by, and a resume compares."""

    FLOW = (
        "version: 1\nflow: {id: f}\njobs:\n  - id: main\n    steps:\n"
        "      - {id: greet, type: greet, inputs: {name: Ada}}\n"
        "      - {id: ready, type: fail, inputs: {message: not ready}, when: env.READY != 'yes'}\n"
    )
    MANIFEST = ("--bundle-manifest", "manifest.yaml")

    def start(self, project: Project) -> str:
        write_plugin(project.root / "trusted", greeting=GREET)
        project.write("manifest.yaml", ENTERPRISE)
        project.write("flow.yaml", self.FLOW)
        outcome = project.aetherflow("run", "flow.yaml", *self.MANIFEST, "--json", READY="no")
        assert outcome.exit_code == 1
        return str(outcome.json["run_id"])

    def test_runs_show_tells_mode_manifest_and_plugins(self, project: Project) -> None:
        run_id = self.start(project)
        provenance = project.aetherflow("runs", "show", run_id, "--json").json["provenance"]
        digest = hashlib.sha256(ENTERPRISE.encode()).hexdigest()
        assert (provenance["mode"], provenance["manifest"]) == ("enterprise", str(project.root / "manifest.yaml"))
        assert provenance["manifest_digest"] == f"sha256:{digest}"
        assert [(each["name"], each["version"], each["origin"]) for each in provenance["plugins"]] == [
            ("trusted", "0", "manifest")
        ]
        lines = [line.split() for line in project.aetherflow("runs", "show", run_id).stdout.splitlines()]
        assert ["mode", "enterprise"] in lines
        assert ["manifest", f"{project.root}/manifest.yaml", f"sha256:{digest[:12]}"] in lines

    def test_runs_show_names_every_plugin_that_was_loaded_used_by_a_step_or_not(self, project: Project) -> None:
        write_plugin(project.root / "plugins/audit", watching=WATCHING)
        project.write("plugins/audit/aetherflow-plugin.yaml", "name: audit\nversion: 1.2.0\n")
        write_plugin(project.root / "plugins/trusted", greeting=GREET)
        project.write("flow.yaml", self.FLOW)
        paths = "plugins/audit,plugins/trusted"
        ran = project.aetherflow("run", "flow.yaml", "--run-id", "r", READY="no", AETHERFLOW_PLUGIN_PATHS=paths)
        assert ran.exit_code == 1, ran.stderr
        shown = project.aetherflow("runs", "show", "r", "--json").json
        digest = {plugin["name"]: plugin["digest"][:19] for plugin in shown["provenance"]["plugins"] + shown["plugins"]}
        assert plugin_lines(project) == [
            f"  plugin audit       1.2.0 from environment {digest['audit']}",
            f"  plugin trusted     0 from environment {digest['trusted']}",
            f"  plugin aetherflow  {digest['aetherflow']}",
        ]

    def test_runs_show_names_what_steps_of_an_earlier_execution_had(self, project: Project) -> None:
        self.start(project)
        before = plugin_lines(project, "--verbose")
        write_plugin(project.root / "trusted", greeting=GREET + "# edited\n")
        words = ("run", "flow.yaml", *self.MANIFEST, "--resume", "--accept-changes")
        assert project.aetherflow(*words, READY="yes").exit_code == 0
        now = plugin_lines(project, "--verbose")
        earlier = before[0].split()[-1]
        assert len(now) == 3
        assert now[0].startswith("  plugin trusted     0 from manifest sha256:")
        assert earlier not in now[0]
        assert now[2] == f"  plugin trusted     {earlier}, in an earlier execution"

    def test_a_resume_in_a_milder_mode_is_refused(self, project: Project) -> None:
        self.start(project)
        words = ("run", "flow.yaml", "--plugin-path", "trusted", "--resume")
        outcome = project.aetherflow(*words, READY="yes")
        assert outcome.exit_code == 2
        assert "error[AF-R214]: run " in outcome.stderr
        assert "would go on in internal_fast" in outcome.stderr
        assert project.aetherflow(*words, "--accept-changes", READY="yes").exit_code == 0

    def test_a_resume_with_another_manifest_tells_it(self, project: Project) -> None:
        self.start(project)
        project.write("manifest.yaml", ENTERPRISE + "# edited\n")
        outcome = project.aetherflow("run", "flow.yaml", *self.MANIFEST, "--resume", "--json", READY="yes")
        assert outcome.exit_code == 0
        assert [each["code"] for each in outcome.json["diagnostics"]] == ["AF-R215"]
