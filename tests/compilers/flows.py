"""Flows to be read from everywhere, and programs that ask for their findings."""

import sqlite3
from pathlib import Path

from tests.bundles_archives.web import Web, content
from tests.support.project import Project

FLOW = """\
flow: {id: orders}
params:
  day: {type: string, default: today}
jobs:
  - id: load
    steps:
      - {id: say, type: log, inputs: {message: "orders of {{params.day}}"}, outputs: {said: "{{result.message}}"}}
  - id: tell
    depends_on: [load]
    steps:
      - {id: say, type: log, inputs: {message: "{{jobs.load.outputs.said}}!"}, outputs: {said: "{{result.message}}"}}
"""
OTHER = FLOW.replace("orders of", "other orders of")


def database(path: Path, table: str = "workflows", **flows: object) -> Path:
    """Write a SQLite file with flows by name."""
    with sqlite3.connect(path) as file:
        file.execute(f"CREATE TABLE {table} (name, definition)")
        file.executemany(f"INSERT INTO {table} VALUES (?, ?)", flows.items())
    file.close()
    return path


def findings(project: Project, *arguments: str, **env: str) -> list[str]:
    """Validate a flow, and give code, message and hint of each finding."""
    outcome = project.aetherflow("validate", *arguments, "--json", **env)
    assert outcome.stderr == ""
    told = [f"{each['code']} {each['message']} | {each['hint']}" for each in outcome.json["diagnostics"]]
    assert outcome.exit_code == (0 if outcome.json["ok"] else 2)
    assert {each["file"] for each in outcome.json["diagnostics"]} <= {outcome.json["flow"], "plugins.yaml", "m.yaml"}
    return told


def finding(project: Project, *arguments: str, **env: str) -> str:
    """Give the only finding."""
    (only,) = findings(project, *arguments, **env)
    return only


def serve(site: Web, text: str = FLOW, path: str = "/flow.yaml", **headers: str) -> str:
    """Let a server have a flow, and give its URL."""
    site.answers[path] = content(text.encode(), **headers)
    return site.url + path
