"""A secret is planted wherever one can come from, and searched for wherever one could come out."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.support.project import Outcome, Project

# Each with signs that every encoding changes: blank, slash, plus, quotes, umlaut.
CANARIES = {
    "environment": "kanarie one/+é\"'x",
    "profile": "Profil canary two/+ü\"'y",
    "decoded": "decoded canary three/+ö\"'z",
    "hook": "hook canary four/+ä\"'w",
}

FLOW = """
version: 1
flow: {id: canary, description: "{{env.DB_PASSWORD}}"}
params:
  given: {default: none}
resources:
  db:
    kind: db
    driver: sqlite3
    config: {path: ":memory:"}
  written:
    kind: db
    driver: sqlite3
    profile: main
    decode: {config: {path: true}}
  given:
    kind: db
    driver: sqlite3
    config: {path: "{{env.ENCODED}}"}
    decode: {config: {path: true}}
jobs:
  - id: leak
    steps:
      - id: argv
        type: external.process
        inputs: {command: [printf, '%s\\n', "{{env.DB_PASSWORD}}", "{{env.FROM_HOOK:}}"], log: {stdout: inherit}}
      - id: captured
        type: external.process
        inputs:
          command: |
            printf "%s" "$DB_PASSWORD" | tee out.txt
            printf %s "$DB_PASSWORD" | base64
            echo "$DB_PASSWORD" >&2
          shell: true
        outputs: {got: "{{result.stdout}}"}
      - id: encoded
        type: external.process
        inputs:
          command:
            - python3
            - -c
            - |
              import json, os, urllib.parse
              secret = os.environ["DB_PASSWORD"]
              print(urllib.parse.quote(secret, safe=""), json.dumps(secret))
          log: {stdout: file, file_path: log.txt}
      - id: query
        type: db_execute
        inputs: {resource: db, sql: "select ? as v", params: ["{{env.DB_PASSWORD}}"]}
      - id: said
        type: log
        inputs: {message: "it is {{steps.query.rows}} and {{params.given}}"}
  - id: broken
    depends_on: [leak]
    steps:
      - id: sql
        type: db_execute
        retry: {max_attempts: 2}
        inputs: {resource: db, sql: "select '{{env.DB_PASSWORD}}' nonsense nonsense"}
  - id: failing
    continue_on_error: true
    steps:
      - id: exits
        type: external.process
        inputs: {command: [sh, -c, 'echo "$0" >&2; exit 3', "{{env.DB_PASSWORD}}"]}
  - id: missing
    continue_on_error: true
    steps:
      - id: program
        type: external.process
        inputs: {command: ["/nowhere/{{env.DB_PASSWORD}}"]}
  - id: unopened
    continue_on_error: true
    steps: [{id: sql, type: db_execute, inputs: {resource: written, sql: select 1}}]
  - id: unopened_too
    continue_on_error: true
    steps: [{id: sql, type: db_execute, inputs: {resource: given, sql: select 1}}]
handlers:
  on_failure: [{id: tell, type: log, inputs: {message: "{{run.error}} {{env.DB_PASSWORD}}"}}]
"""

HOOK = """
SECRETS = {decoded!r}
def decode(value):
    return SECRETS
def expand_env(env):
    return {{"FROM_HOOK": {hook!r}}}
"""


@pytest.fixture
def planted(project: Project) -> Project:
    """Give a project whose every source of secrets holds one."""
    project.write("flow.yaml", FLOW)
    project.write("profiles.yaml", f"main: {{config: {{path: {json.dumps(CANARIES['profile'], ensure_ascii=False)}}}}}")
    project.write("hook.py", HOOK.format(decoded=CANARIES["decoded"], hook=CANARIES["hook"]))
    project.env |= {
        "DB_PASSWORD": CANARIES["environment"],
        "ENCODED": "enc:7f3a99",
        "AETHERFLOW_SECRETS_PATH": str(project.root / "hook.py"),
    }
    return project


def forms(secret: str) -> Iterator[bytes]:
    """Give the spellings of a secret that a sink might hold."""
    plain = secret.encode()
    yield plain
    yield json.dumps(secret)[1:-1].encode()
    yield json.dumps(secret, ensure_ascii=False)[1:-1].encode()
    for safe in ("", "/"):
        yield quote(secret, safe=safe).encode()
        yield quote_plus(secret, safe=safe).encode()
    for shift in range(3):
        # The middle of the encoding, which the neighbours cannot change.
        yield base64.b64encode(b"x" * shift + plain)[4:-4]
        yield base64.urlsafe_b64encode(b"x" * shift + plain)[4:-4]


def assert_nowhere(place: str, data: bytes) -> None:
    for name, secret in CANARIES.items():
        for form in forms(secret):
            assert form not in data, f"the {name} secret is in {place}, as {form!r}"


def assert_silent(place: str, outcome: Outcome) -> None:
    assert_nowhere(f"stdout of {place}", outcome.stdout.encode())
    assert_nowhere(f"stderr of {place}", outcome.stderr.encode())


def written_by_us(root: Path) -> Iterator[Path]:
    """Give every file below the state folder, and the log file that a step had us write."""
    yield from (path for path in (root / "state").rglob("*") if path.is_file())
    yield from (root / "work").rglob("log.txt")


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_no_secret_comes_out_of_validation_and_dry_runs(planted: Project, form: str):
    for command in (["validate"], ["run", "--dry-run"]):
        outcome = planted.aetherflow(*command, "flow.yaml", "--format", form)
        assert outcome.exit_code == 0, outcome.stderr
        assert_silent(" ".join(command), outcome)


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_no_secret_comes_out_of_a_run_its_resume_and_its_state(planted: Project, form: str, log_format: str):
    options = {"AETHERFLOW_LOG_FORMAT": log_format, "AETHERFLOW_LOG_LEVEL": "debug"}
    given = f"--param=given={CANARIES['environment']}"
    first = planted.aetherflow("run", "flow.yaml", "--run-id", "r1", given, "--format", form, "-v", **options)
    assert first.exit_code == 1, first.stderr
    assert_silent("run", first)
    again = planted.aetherflow("run", "flow.yaml", "--resume", "r1", "--format", form, "-v", **options)
    assert again.exit_code == 1, again.stderr
    assert_silent("resume", again)
    files = list(written_by_us(planted.root))
    assert [path.name for path in files if path.name == "log.txt"]
    for path in files:
        assert_nowhere(str(path), path.read_bytes())


def test_no_secret_comes_out_of_what_is_recorded(planted: Project):
    planted.aetherflow("run", "flow.yaml", "--run-id", "r1", f"--param=given={CANARIES['environment']}")
    commands = [["list"], ["show", "r1"], ["show", "r1", "--verbose"], ["events", "r1"], ["prune", "--keep", "0"]]
    for command in commands:
        for form in ("text", "json"):
            outcome = planted.aetherflow("runs", *command, "--format", form)
            assert outcome.exit_code == 0, outcome.stderr
            assert outcome.stdout
            assert_silent(" ".join(command), outcome)
    assert_silent("runs resume", planted.aetherflow("runs", "resume", "r1", "--json"))


def test_no_secret_comes_out_of_findings_that_show_its_source_line(planted: Project):
    flow = FLOW.replace("profile: main", f"profile: mian\n    note: {json.dumps(CANARIES['environment'])}")
    planted.write("flow.yaml", flow)
    outcome = planted.aetherflow("validate", "flow.yaml")
    assert outcome.exit_code == 2
    assert_silent("validate", outcome)


def test_the_secrets_reach_those_who_need_them(planted: Project):
    planted.aetherflow("run", "flow.yaml", "--run-id", "r1")
    [out] = (planted.root / "work").rglob("out.txt")
    assert out.read_text() == CANARIES["environment"]
