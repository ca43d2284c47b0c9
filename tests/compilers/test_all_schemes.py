"""The same flow gives the same graph and the same result, wherever it comes from."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.bundles_archives.web import web
from tests.compilers.flows import FLOW, database
from tests.support.project import Project
from tests.support.s3_server import KEY, SECRET, client, s3_server

SCHEMES = (
    "path",
    "file",
    "-",
    "yaml",
    "yaml text",
    "json",
    "json text",
    "http",
    "sqlite",
    "db",
    "s3",
    "file by fsspec",
)
AS_JSON = json.dumps(yaml.safe_load(FLOW), indent=1)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, dict[str, str]]]:
    """Put the flow everywhere; gives its name at each place."""
    project = Project(tmp_path_factory.mktemp("everywhere"))
    project.write("flow.yaml", FLOW)
    project.write("flow.json", AS_JSON)
    database(project.root / "flows.db", orders=FLOW, others="no flow")
    with web() as site, s3_server() as s3:
        made = client(s3)
        made.create_bucket(Bucket="flows")
        made.put_object(Bucket="flows", Key="a/flow.yaml", Body=FLOW.encode())
        options = json.dumps({"endpoint_url": s3, "key": "{{env.S3_KEY}}", "secret": "{{env.S3_SECRET}}"})
        project.write("plugins.yaml", f"workflow_plugins: {{s3: {{options: {options}}}}}")
        project.env |= {"S3_KEY": KEY, "S3_SECRET": SECRET}
        site.answers["/flow.yaml"] = lambda handler: _send(handler)
        yield (
            project,
            {
                "path": "flow.yaml",
                "file": f"file://{project.root}/flow.yaml",
                "-": "-",
                "yaml": "yaml://flow.yaml",
                "yaml text": f"yaml://{FLOW}",
                "json": "json://flow.json",
                "json text": f"json://{AS_JSON}",
                "http": f"{site.url}/flow.yaml",
                "sqlite": "sqlite://flows.db?name=orders",
                "db": "db+sqlite:///flows.db?name=orders",
                "s3": "s3://flows/a/flow.yaml",
                "file by fsspec": f"local://{project.root}/flow.yaml",
            },
        )


def _send(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(FLOW)))
    handler.end_headers()
    handler.wfile.write(FLOW.encode())


@pytest.mark.parametrize("scheme", SCHEMES)
def test_one_flow_is_the_same_from_everywhere(scheme: str, sources: tuple[Project, dict[str, str]]) -> None:
    project, names = sources
    assert set(names) == set(SCHEMES)
    name = names[scheme]
    stdin = FLOW if name == "-" else None
    graph = project.aetherflow("graph", name, "--json", stdin=stdin)
    assert (graph.exit_code, graph.stderr) == (0, "")
    assert [(job["id"], job["steps"]) for job in graph.json["jobs"]] == [("load", 1), ("tell", 1)]
    assert graph.json == project.aetherflow("graph", "flow.yaml", "--json").json
    run = project.aetherflow("run", name, "--json", "--param", "day=Monday", stdin=stdin)
    assert run.exit_code == 0, run.stderr
    assert run.json["jobs"]["tell"]["outputs"] == {"said": "orders of Monday!"}
    assert run.json["diagnostics"] == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_flow_from_anywhere_is_resumed_by_its_run(scheme: str, sources: tuple[Project, dict[str, str]]) -> None:
    project, names = sources
    name = names[scheme]
    failed = project.aetherflow("run", name, "--json", "--param", "nobody=knows", stdin=FLOW if name == "-" else None)
    assert failed.exit_code == 2
    run = project.aetherflow("run", name, "--json", stdin=FLOW if name == "-" else None).json
    elsewhere = Project(project.root / "elsewhere", project.env)
    Path(elsewhere.root).mkdir(exist_ok=True)
    resumed = elsewhere.aetherflow("runs", "resume", run["run_id"], "--json")
    if scheme in ("-", "yaml text", "json text"):
        assert "AF-R504" in resumed.stdout
    elif scheme not in ("s3", "db"):  # whose options, and whose file, are found from the first folder only
        assert resumed.exit_code == 0, resumed.stderr + resumed.stdout
        assert resumed.json["jobs"]["tell"]["outputs"] == {"said": "orders of today!"}
