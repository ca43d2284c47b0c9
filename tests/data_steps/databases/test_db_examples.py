"""The examples of the db steps and connectors run as their pages print them, against real databases."""

import sqlite3
from contextlib import closing

from tests.data_steps.examples import outputs_of, run_example
from tests.support.project import Project


def test_db_execute_on_sqlite3(project: Project) -> None:
    with closing(sqlite3.connect(project.root / "orders.db")) as database:
        database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, day TEXT, total REAL)")
        database.execute("INSERT INTO orders (day, total) VALUES ('2026-01-31', 1.5), ('2026-02-01', 2)")
        database.commit()
    outcome = run_example(project, "db_execute", ORDERS_DATABASE=str(project.root / "orders.db"))
    assert outputs_of(outcome, "count", "new_orders")["rows"] == [{"id": 1, "total": 1.5}]
