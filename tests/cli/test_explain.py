"""`aetherflow explain FLOW`: the explanation is the result; codes have pages beside it."""

import base64
from pathlib import Path
from urllib.parse import quote

import pytest
from inline_snapshot import snapshot

from tests.support.project import Project

FLOW = """
version: 1
flow: {id: orders}
params:
  day: {default: "2026-01-31"}
resources:
  warehouse:
    kind: db
    driver: sqlite3
    profile: local
    config: {path: "{{env.DB_DIR}}/{{params.day}}.db"}
jobs:
  - id: report
    depends_on: [load]
    when: params.day != ""
    steps:
      - {id: tell, type: log, inputs: {message: "{{jobs.load.outputs.rows}} {{env.API_TOKEN:none}}"}}
  - id: load
    steps:
      - {id: count, type: log, inputs: {message: "{{params.day}}"}, outputs: {rows: "{{result.message}}"}}
"""
PROFILES = "local:\n  options: {timeout_seconds: 5}\n"
ENV = {"AETHERFLOW_ENV_FILES_JSON": '["prod.env"]', "API_TOKEN": "correct-horse-battery"}


@pytest.fixture
def orders(project: Project) -> Project:
    project.write("flow.yaml", FLOW)
    project.write("profiles.yaml", PROFILES)
    project.write("prod.env", "DB_DIR=/data\n")
    return project


def test_the_text_tells_order_values_templates_and_settings(orders: Project) -> None:
    outcome = orders.aetherflow("explain", "flow.yaml", **ENV)
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert outcome.stdout.replace(str(orders.root), "ROOT") == snapshot("""\
orders: flow.yaml

Order
  1  load    line 17  as it stands in the file
  2  report  line 12  after load, further down in the file: depends_on, line 13

Params
  day  string  "2026-01-31"  its default  line 4

Resources
  warehouse  db: sqlite3, profile local  line 6
    config.path              = "/data/2026-01-31.db"  line 10
      {{env.DB_DIR}}  = "/data"       variable DB_DIR, set by the env file prod.env
      {{params.day}}  = "2026-01-31"  param day, its default, line 4
    options.timeout_seconds  = 5                      profiles.yaml:2

Templates and conditions
  load.count  inputs.message  line 19
    {{params.day}}  = "2026-01-31"  param day, its default, line 4
  load.count  outputs.rows  line 19
    {{result.message}}  known when it runs  the step's own result
  report  when  line 14
    params.day != ""  holds as things are
      params.day  = "2026-01-31"  param day, its default, line 4
  report.tell  inputs.message  line 16
    {{jobs.load.outputs.rows}} {{env.API_TOKEN:***}}  known when it runs
      {{jobs.load.outputs.rows}}  known when it runs  promoted by load.count, line 19
      {{env.API_TOKEN:***}}       = ***               variable API_TOKEN, set by the process

Settings that are not the defaults
  AETHERFLOW_WORK_ROOT  = "ROOT/work"  set by the process
  AETHERFLOW_STATE_ROOT  = "ROOT/state"  set by the process

Folders
  state file     ROOT/state/state.db  by AETHERFLOW_STATE_ROOT
  jobs' folders  ROOT/work            by AETHERFLOW_WORK_ROOT

Env files, a later one wins
  prod.env  dotenv  decides 1 variable
""")


def test_json_tells_the_same_with_every_place(orders: Project) -> None:
    told = orders.aetherflow("explain", "flow.yaml", "--json", "--param", "day=monday", **ENV).json
    assert [job["id"] for job in told["jobs"]] == ["load", "report"]
    assert told["jobs"][1]["after"] == [
        {
            "job": "load",
            "because": "depends_on",
            "site": {"file": "flow.yaml", "line": 13, "column": 18},
            "stands_later": True,
        }
    ]
    path, timeout = told["resources"][0]["values"]
    assert (path["value"], path["tokens"][0]["set_by"]) == ("/data/monday.db", "prod.env")
    assert (timeout["source"], timeout["site"]["line"]) == ("profile", 2)


def test_a_flow_that_cannot_run_shows_its_findings(orders: Project) -> None:
    orders.write("flow.yaml", FLOW.replace("depends_on: [load]", "depends_on: [lode]"))
    outcome = orders.aetherflow("explain", "flow.yaml")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert 'error[AF-F112]: job "report" depends on "lode"' in outcome.stderr
    assert orders.aetherflow("explain", "flow.yaml", "--json").json["ok"] is False


def test_a_file_that_is_named_like_a_code_is_a_flow(orders: Project) -> None:
    orders.write("f204", FLOW)
    assert orders.aetherflow("explain", "f204").stdout.startswith("orders: f204\n")


def test_a_flow_that_does_not_exist_is_no_unknown_code(project: Project) -> None:
    outcome = project.aetherflow("explain", "absent.yaml")
    assert outcome.exit_code == 2
    assert "absent.yaml" in outcome.stderr
    assert "no such code" not in outcome.stderr


def test_the_page_of_a_code_is_there_as_json(project: Project) -> None:
    page = project.aetherflow("explain", "F204", "--json").json
    assert page["code"] == "AF-F204"


SECRETS = """
local:
  config: {path: "canary?of a:secret"}
  decode: {config: {path: true}}
"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_secret_is_found_in_no_form(project: Project, form: str) -> None:
    canary = "canary?of a:secret"
    hook = project.write("hook.py", "def decode(value):\n    raise SystemExit('decoded')\n")
    project.write("profiles.yaml", SECRETS)
    own = '    config: {path: "{{env.DB_DIR}}/{{params.day}}.db"}\n'
    project.write("flow.yaml", FLOW.replace(own, f"    options: {{timeout_seconds: 5}}  # {canary}\n"))
    env = {"API_TOKEN": canary, "AETHERFLOW_SECRETS_PATH": str(hook)}
    outcome = project.aetherflow("explain", "flow.yaml", "--format", form, "--param", f"day={canary}", **env)
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert "***" in outcome.stdout
    assert [each for each in forms_of(canary) if each in outcome.stdout] == []


def forms_of(secret: str) -> list[str]:
    """Give a secret in the forms in which it must not be seen."""
    return [secret, quote(secret), base64.b64encode(secret.encode()).decode()]


def test_explaining_leaves_nothing_but_the_index_of_plugins_behind(orders: Project) -> None:
    before = {path.relative_to(orders.root) for path in Path(orders.root).rglob("*")}
    orders.aetherflow("explain", "flow.yaml", **ENV)
    left = {path.relative_to(orders.root) for path in Path(orders.root).rglob("*")} - before
    assert {str(path) for path in left} <= {"state", "state/plugin-index.json"}
