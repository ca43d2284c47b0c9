"""A run from a manifest: what was fetched is what is validated and run, and its record says which that was."""

from pathlib import Path

import pytest

from tests.plugin_runs.plugins import GREET, MARKING, flow_of, write_plugin
from tests.support.project import Project

MANIFEST = """
version: 1
mode: internal_fast
bundle:
  id: orders
  source: {type: filesystem, location: ../source}
  entry_flow: flows/main.yaml
env_files: [env/common.env]
"""

MAIN = """
version: 1
flow: {id: orders}
resources:
  store: {kind: db, driver: sqlite3, profile: store}
jobs:
  - id: main
    steps:
      - {id: said, type: log, inputs: {message: "{{env.GREETING}} from {{run.flow_dir}}"}}
      - {id: beside, type: external.process, inputs: {command: cat "$AETHERFLOW_FLOW_DIR/beside.txt", shell: true}}
      - {id: greet, type: greet, inputs: {name: Ada}}
"""


class Bundle:
    """A source folder, a manifest beside the project, and commands that name it."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.source = project.root / "source"
        self.write("flows/main.yaml", MAIN)
        self.write("flows/other.yaml", flow_of("log", inputs="{message: other}"))
        self.write("flows/beside.txt", "beside the flow")
        self.write("profiles.yaml", "store: {config: {path: store.db}}\n")
        self.write("env/common.env", "GREETING=hello\n")
        write_plugin(self.source / "plugins", greeting=GREET)
        project.write("ops/manifest.yaml", MANIFEST)

    def write(self, name: str, text: str) -> None:
        """Write a file of the source."""
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"))

    def run(self, *words: str, verb: str = "run", **env: str):  # type: ignore[no-untyped-def]  # an Outcome
        """Run a verb with the manifest."""
        return self.project.aetherflow(verb, *words, "--bundle-manifest", "ops/manifest.yaml", **env)

    def active(self) -> Path:
        """Give the root of the active bundle."""
        words = ("bundle", "sync", "--bundle-manifest", "ops/manifest.yaml", "--print-local-root")
        return Path(self.project.aetherflow(*words).stdout.strip())


@pytest.fixture
def bundle(project: Project) -> Bundle:
    return Bundle(project)


def test_without_a_flow_the_entry_flow_of_the_bundle_runs(bundle: Bundle) -> None:
    outcome = bundle.run("--json")
    assert outcome.exit_code == 0
    steps = outcome.json["jobs"]["main"]["steps"]
    root = bundle.active()
    assert steps["said"]["outputs"] == {"message": f"hello from {root}/flows"}
    assert steps["greet"]["outputs"] == {"said": "hello Ada"}
    assert steps["beside"]["status"] == "SUCCESS"


def test_a_flow_that_is_named_is_looked_up_inside_the_bundle(bundle: Bundle) -> None:
    bundle.project.write("flows/other.yaml", "not: the bundle's\n")
    for named in ("flows/other.yaml", "./flows/other.yaml", "other.yaml"):
        assert bundle.run(named, verb="validate").stdout == f"{named}: ok (1 job, 1 step)\n"
    for named in ("../source/flows/other.yaml", str(bundle.source / "flows/other.yaml"), "-"):
        outcome = bundle.run(named, verb="validate")
        assert outcome.exit_code == 2


def test_a_flow_that_is_no_file_of_the_bundle_is_told_by_its_name_there(bundle: Bundle) -> None:
    wrong = bundle.run("othr.yaml", verb="validate")
    assert (wrong.exit_code, wrong.stdout) == (
        2,
        'error[AF-B118]: "othr.yaml" is no file of the bundle "orders"\n  = did you mean "other.yaml"?\n\n1 error\n',
    )
    hint = "with a manifest that names a bundle, FLOW is a path inside it; without FLOW its `entry_flow` runs"
    for named in ("flows", "-"):
        outcome = bundle.run(named, verb="validate")
        assert outcome.stdout == f'error[AF-B118]: "{named}" is no file of the bundle "orders"\n  = {hint}\n\n1 error\n'


def test_what_was_validated_is_what_runs_even_if_the_source_changes_meanwhile(bundle: Bundle) -> None:
    bundle.write("flows/main.yaml", MAIN.replace("cat ", f"rm -r {bundle.source}/flows; cat "))
    outcome = bundle.run("--json")
    assert outcome.exit_code == 0
    assert not (bundle.source / "flows").exists()


def test_a_source_that_changed_is_what_the_next_run_runs(bundle: Bundle) -> None:
    first = bundle.run("--json").json
    bundle.write("env/common.env", "GREETING=good day\n")
    second = bundle.run("--json").json
    said = [run["jobs"]["main"]["steps"]["said"]["outputs"]["message"] for run in (first, second)]
    assert [words.partition(" from ")[0] for words in said] == ["hello", "good day"]


def test_a_changed_file_in_the_active_bundle_stops_the_next_run_with_its_name(bundle: Bundle) -> None:
    file = bundle.active() / "flows/beside.txt"
    file.chmod(0o600)
    file.write_text("somebody was here")
    for verb in ("validate", "run"):
        outcome = bundle.run(verb=verb)
        assert outcome.exit_code == 3
        assert '"flows/beside.txt"' in outcome.stdout + outcome.stderr
    assert bundle.project.aetherflow("bundle", "sync", "--bundle-manifest", "ops/manifest.yaml").exit_code == 0
    assert bundle.run().exit_code == 0


def test_a_run_leaves_the_bundle_as_it_was_fetched(bundle: Bundle) -> None:
    bundle.write("flows/helper.py", "VALUE = 1\n")
    bundle.write("flows/main.yaml", MAIN.replace("cat ", 'cd "$AETHERFLOW_FLOW_DIR"; python3 -c "import helper"; cat '))
    assert bundle.run().exit_code == 0
    assert bundle.project.aetherflow("bundle", "verify", "--bundle-manifest", "ops/manifest.yaml").exit_code == 0


def test_what_a_flow_writes_lies_beside_the_manifest(bundle: Bundle) -> None:
    bundle.write(
        "flows/main.yaml",
        "version: 1\nflow: {id: orders, state: {path: state.db}, workspace: {root: work}}\n"
        "jobs:\n  - id: main\n    steps: [{id: s, type: log, inputs: {message: hi}}]\n",
    )
    assert bundle.run().exit_code == 0
    assert (bundle.project.root / "ops/state.db").exists()


def test_without_the_source_a_run_stops_unless_a_stale_copy_is_allowed(bundle: Bundle) -> None:
    assert bundle.run().exit_code == 0
    bundle.source.rename(bundle.project.root / "away")
    outcome = bundle.run()
    assert outcome.exit_code == 2
    assert "--allow-stale-bundle" in outcome.stderr
    stale = bundle.run("--allow-stale-bundle", "--json")
    assert stale.exit_code == 0
    assert [each["severity"] for each in stale.json["diagnostics"]] == ["warning"]


def test_a_run_is_resumed_from_a_stale_copy_where_that_is_allowed(bundle: Bundle) -> None:
    bundle.write(
        "flows/main.yaml", MAIN + "      - {id: ready, type: fail, inputs: {message: no}, when: env.READY != 'yes'}\n"
    )
    run_id = bundle.run("--json", READY="no").json["run_id"]
    bundle.source.rename(bundle.project.root / "away")
    refused = bundle.project.aetherflow("runs", "resume", run_id, READY="yes")
    assert (refused.exit_code, "`--allow-stale-bundle` uses it" in refused.stderr) == (2, True)
    resumed = bundle.project.aetherflow("runs", "resume", run_id, "--allow-stale-bundle", "--json", READY="yes")
    assert resumed.exit_code == 0
    assert [each["code"] for each in resumed.json["diagnostics"]] == ["AF-B214"]


def test_a_run_records_the_bundle_and_a_resume_tells_of_another_one(bundle: Bundle) -> None:
    bundle.write(
        "flows/main.yaml", MAIN + "      - {id: ready, type: fail, inputs: {message: no}, when: env.READY != 'yes'}\n"
    )
    run_id = bundle.run("--json", READY="no").json["run_id"]
    provenance = bundle.project.aetherflow("runs", "show", run_id, "--json").json["provenance"]
    root = bundle.active()
    assert provenance["bundle"]["id"] == "orders"
    assert provenance["bundle"]["digest"].removeprefix("sha256:") in str(root)
    assert "bundle" in bundle.project.aetherflow("runs", "show", run_id).stdout
    bundle.write("flows/beside.txt", "another text")
    resumed = bundle.project.aetherflow("runs", "resume", run_id, "--json", READY="yes")
    assert resumed.exit_code == 0
    assert [each["code"] for each in resumed.json["diagnostics"]] == ["AF-R215"]


class TestEnterprise:
    """Enterprise loads the manifest's plugins and nothing out of the bundle."""

    @pytest.fixture
    def strict(self, bundle: Bundle) -> Bundle:
        write_plugin(bundle.project.root / "ops/trusted", greeting=GREET)
        write_plugin(bundle.source / "plugins", greeting=MARKING)
        text = MANIFEST.replace("internal_fast", "enterprise") + "paths: {plugins: [trusted]}\n"
        bundle.project.write("ops/manifest.yaml", text)
        return bundle

    def test_the_plugins_of_the_bundle_do_not_run(self, strict: Bundle) -> None:
        outcome = strict.run("--json")
        assert outcome.exit_code == 0
        assert [each["name"] for each in outcome.json["plugins"]] == ["aetherflow", "trusted"]
        assert not (strict.project.root / "was-run").exists()

    def test_the_list_of_plugins_shows_it(self, strict: Bundle) -> None:
        root = strict.active()
        words = ("plugins", "list", "--bundle-manifest", "ops/manifest.yaml")
        listed = strict.project.aetherflow(*words, "--json").json
        assert [each["name"] for each in listed["plugins"]] == ["aetherflow", "trusted"]
        assert [(each["path"], each["code"]) for each in listed["refused"]] == [(f"{root}/plugins", "AF-P111")]
        assert "AF-P111" in strict.project.aetherflow(*words, "--verbose").stdout


def test_plugins_of_a_bundle_are_listed_once_it_was_fetched(bundle: Bundle) -> None:
    words = ("plugins", "list", "--bundle-manifest", "ops/manifest.yaml")
    before = bundle.project.aetherflow(*words)
    assert before.exit_code == 0
    assert before.stderr.startswith(
        'warning: the bundle "orders" was not fetched yet: what plugins it has is not known (AF-B119)\n'
    )
    bundle.active()
    after = bundle.project.aetherflow(*words, "--json").json
    assert [(each["name"], each["origin"]) for each in after["plugins"]] == [
        ("aetherflow", "built-in"),
        ("plugins", "bundle"),
    ]


def test_enterprise_allows_the_archive_drivers_of_the_manifest_alone(project: Project) -> None:
    archive = "{kind: archive, driver: pyzipper, config: {password: opensesame}}"
    project.write("flow.yaml", flow_of("log", inputs="{message: hi}") + f"resources: {{a: {archive}}}\n")
    manifest = "version: 1\nmode: enterprise\narchive_drivers: [zipfile]\n"
    project.write("manifest.yaml", manifest)
    words = ("validate", "flow.yaml", "--bundle-manifest", "manifest.yaml")
    outcome = project.aetherflow(*words)
    assert outcome.exit_code == 2
    assert 'error[AF-F407]: the archive driver "pyzipper" is not among' in outcome.stdout
    project.write("manifest.yaml", manifest.replace("[zipfile]", "[zipfile, pyzipper]"))
    assert project.aetherflow(*words).exit_code == 0
    project.write("manifest.yaml", manifest.replace("enterprise", "internal_fast"))
    assert project.aetherflow(*words).exit_code == 0
