"""Flows in tables: names are checked, values are bound, and nothing is ever changed."""

import json
import sqlite3
import time
from datetime import date

import pytest

from aetherflow.core.api import FlowInvalid, compile_document
from aetherflow.core.builtins.compilers.table_uri import TableRow, definition_in
from tests.compilers.flows import FLOW, database, finding, findings
from tests.support.project import Project

AS_JSON = json.dumps(
    {"flow": {"id": "orders"}, "jobs": [{"id": "a", "steps": [{"id": "b", "type": "log", "inputs": {"message": "x"}}]}]}
)
SCHEMES = ("sqlite://flows.db", "db+sqlite:///flows.db")


@pytest.fixture
def flows(project: Project) -> Project:
    """Give a project with a database."""
    database(project.root / "flows.db", orders=FLOW, nothing=None, number=5, **{"it's": FLOW, "twice": FLOW})
    with sqlite3.connect(project.root / "flows.db") as file:
        file.execute("INSERT INTO workflows VALUES ('twice', ?)", (FLOW,))
        file.execute(
            "CREATE VIEW endless AS WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n) "
            "SELECT 'a' AS name, 'b' AS definition FROM n WHERE x < 0"
        )
        file.execute('CREATE TABLE other ("key" TEXT, "text" TEXT)')
        file.execute("INSERT INTO other VALUES ('only', ?)", (FLOW,))
    file.close()
    return project


@pytest.mark.parametrize("uri", SCHEMES)
@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?name=nobody", "AF-C104 there is no such flow: no row of \"workflows\" has the name 'nobody' | "),
        (
            "?name=%27%20OR%201%3D1%20--",
            'AF-C104 there is no such flow: no row of "workflows" has the name "\' OR 1=1 --"',
        ),
        ("?name=nothing", "AF-C123 the column 'definition' holds nothing (NULL) | write the document into it, or "),
        ("?name=number", "AF-C123 the column 'definition' holds no text, but int | "),
        ("?name=twice", "AF-C122 several rows of \"workflows\" have the name 'twice' | "),
        ("", "AF-C122 the table \"workflows\" has several flows | add &name=…: there are 'orders' and 'nothing'"),
        ("?table=absent&name=a", "AF-C121 the database "),
        ("?name_column=absent&name=a", "AF-C121 the database "),
        (
            "?table=workflows;DROP%20TABLE%20workflows&name=a",
            "AF-C120 'workflows;DROP TABLE workflows' is no name of a table | ",
        ),
        ('?definition_column=a"b&name=a', "AF-C120 'a\"b' is no name of a definition column | "),
        ("?table=&name=a", "AF-C120 '' is no name of a table | "),
    ],
)
def test_a_row_that_cannot_be_had_is_told(uri: str, query: str, told: str, flows: Project) -> None:
    assert finding(flows, uri + query).startswith(told)


@pytest.mark.parametrize("uri", SCHEMES)
@pytest.mark.parametrize(
    "query",
    [
        "?name=orders",
        "?name=it%27s",
        "?table=other&name_column=key&definition_column=text",
        "?table=other&name_column=key&definition_column=text&name=only",
    ],
)
def test_a_row_is_found_by_its_name_or_alone(uri: str, query: str, flows: Project) -> None:
    assert findings(flows, uri + query) == []


@pytest.mark.parametrize(
    "definition", [json.loads(AS_JSON), AS_JSON, memoryview(AS_JSON.encode()), bytearray(AS_JSON, "ascii")]
)
def test_a_column_of_json_or_bytes_is_taken_as_drivers_give_it(definition: object) -> None:
    document = definition_in([("orders", definition)], TableRow(database=""))
    assert compile_document(document, source="desk").get_graph(env={}).flow_id == "orders"


def test_what_is_neither_is_told_by_its_kind() -> None:
    with pytest.raises(FlowInvalid) as told:
        definition_in([("orders", date(2026, 1, 31))], TableRow(database=""))
    assert str(told.value) == "the column 'definition' holds no text, but date"
    assert told.value.hint == "write the document into it, or name the column that has it: `&definition_column=…`"


def test_an_empty_table_and_an_absent_file_are_told(project: Project) -> None:
    database(project.root / "flows.db")
    assert finding(project, "sqlite://flows.db").startswith(
        'AF-C104 there is no such flow: the table "workflows" is empty'
    )
    assert finding(project, "sqlite://none.db") == (
        f'AF-C104 there is no such flow: "none.db" is no file | a relative path is relative to {project.root}'
    )
    assert not (project.root / "none.db").exists()


def test_a_file_that_is_no_database_is_told(project: Project) -> None:
    project.write("flows.db", "no database " * 100)
    assert finding(project, "sqlite://flows.db?name=a").startswith(
        'AF-C121 the database "flows.db" cannot be read: file is not'
    )


def test_a_parameter_that_means_nothing_is_told(flows: Project) -> None:
    assert finding(flows, "sqlite://flows.db?mode=rw&name=orders") == (
        "AF-C120 the URI has a parameter that means nothing here: 'mode' | there are: table, name, name_column, "
        "definition_column"
    )


@pytest.mark.parametrize("uri", SCHEMES)
def test_a_database_that_does_not_answer_is_left_in_time(uri: str, flows: Project) -> None:
    settings = "{options: {timeout_seconds: 1}}"
    flows.write("plugins.yaml", f"workflow_plugins: {{sqlite: {settings}, db: {settings}}}")
    started = time.monotonic()
    told = finding(flows, f"{uri}?table=endless&name=a")
    assert time.monotonic() - started < 10
    assert told.startswith(
        ('AF-C121 the database "flows.db" cannot be read: it was not read in time', "AF-C107 the database did")
    )


@pytest.mark.parametrize("uri", SCHEMES)
def test_a_database_is_only_read(uri: str, flows: Project) -> None:
    before = (flows.root / "flows.db").read_bytes()
    assert flows.aetherflow("run", f"{uri}?name=orders").exit_code == 0
    assert (flows.root / "flows.db").read_bytes() == before


def test_the_words_of_a_driver_hide_the_password(project: Project) -> None:
    url = "db+nosuch://ann:p4ssw0rd@127.0.0.1:1/flows?name=a"
    told = finding(project, url)
    assert told.startswith("AF-C121 the database cannot be read: its URL is none that SQLAlchemy knows | ")
    outcome = project.aetherflow("validate", url)
    assert "p4ssw0rd" not in outcome.stdout + outcome.stderr


def test_a_driver_that_is_not_installed_is_named(project: Project) -> None:
    assert finding(project, "db+oracle://127.0.0.1/flows?name=a").startswith('AF-C102 this needs the Python package "')


@pytest.mark.parametrize("parameters", ["timeout=soon", "timeout=1&timeout=2"])
def test_a_parameter_that_is_wrong_for_the_driver_is_no_defect_of_ours(parameters: str, project: Project) -> None:
    database(project.root / "flows.db", orders=FLOW)
    told = finding(project, f"db+sqlite:///flows.db?name=orders&{parameters}")
    assert told.startswith("AF-C120 its driver does not take the parameters of the URI: ")
    assert told.endswith(" | what is not `table`, `name`, `name_column` or `definition_column` is the driver's")


def test_bytes_of_a_blob_are_a_document_too(project: Project) -> None:
    database(project.root / "flows.db", orders=FLOW.encode(), broken=b"flow: \xff")
    assert findings(project, "sqlite://flows.db?name=orders") == []
    assert finding(project, "sqlite://flows.db?name=broken").startswith("AF-Y004 ")
