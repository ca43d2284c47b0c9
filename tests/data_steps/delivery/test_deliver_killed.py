"""kill -9 at random instants of sample_flows/deliver_orders, then a resume: nothing is done twice that was recorded."""

import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.data_steps.delivery.conftest import FLOW, Delivery
from tests.data_steps.delivery.shop import wanted
from tests.data_steps.killing import killed_when
from tests.support.project import Outcome, kill_tree

ALL = wanted(*range(1, 251))


def killed_after(delivery: Delivery, lines: int, pause_seconds: float, run_id: str) -> None:
    """Run, and kill all of it a moment after so many lines of its log."""
    process = delivery.project.start("run", FLOW, "--run-id", run_id, **delivery.env)
    assert process.stderr is not None
    for _ in range(lines):
        process.stderr.readline()
    time.sleep(pause_seconds)
    kill_tree(process)
    process.communicate()
    time.sleep(0.2)  # what was on its way to a server arrives


def recorded(delivery: Delivery, run_id: str) -> set[str]:
    """Give the steps that are on record as done."""
    outcome = delivery.aetherflow("runs", "show", run_id, "--json")
    jobs: dict[str, Any] = outcome.json["jobs"] if outcome.exit_code == 0 else {}
    return {
        f"{job_id}.{step_id}"
        for job_id, job in jobs.items()
        for step_id, step in job["steps"].items()
        if step["status"] == "SUCCESS"
    }


def seen(delivery: Delivery) -> dict[str, int]:
    """Count what the servers have seen, by the step that does it."""
    return {
        "fetch.orders": len(delivery.shop.asked),
        "deliver.upload": len(delivery.partner.behaviour.renamed),
        "report.mail": len(delivery.office.arrived),
    }


def resumed(delivery: Delivery, run_id: str) -> Outcome:
    """Resume as a person does, who looks whether a mail in flight has come; or run what was never recorded."""
    outcome = delivery.aetherflow("runs", "resume", run_id, "--json")
    if outcome.exit_code == 2:  # killed before the run was there
        return delivery.run("--run-id", run_id)
    if outcome.exit_code == 1 and "report.mail" in outcome.stdout + outcome.stderr:
        word = "--assume-done" if delivery.office.arrived else "--redo"
        return delivery.aetherflow("runs", "resume", run_id, "--json", word, "report.mail")
    return outcome


@pytest.mark.timeout(300)
def test_a_killed_delivery_is_gone_on_with_and_nothing_is_done_twice(
    delivery: Delivery, instants: Callable[[int, int], int]
) -> None:
    log, _, _ = delivery.run().stderr.partition("\n\n")  # a summary follows
    lines = len(log.splitlines())
    kills = instants(5, 10)
    for number in range(kills):
        delivery.forget()
        run_id = f"trial-{number}"
        in_log = random.randint(number * lines // kills, (number + 1) * lines // kills - 1)
        killed_after(delivery, in_log, random.uniform(0, 0.1), run_id)
        done, before = recorded(delivery, run_id), seen(delivery)
        assert [path for path in delivery.partner.root.rglob("*.zip") if not path.name.startswith(".")] == (
            [delivery.partner.root / "incoming/orders-250.zip"] if before["deliver.upload"] else []
        )
        outcome = resumed(delivery, run_id)
        assert outcome.exit_code == 0, outcome.stderr + outcome.stdout
        after = seen(delivery)
        assert {step: after[step] for step in before if step in done} == {
            step: before[step] for step in before if step in done
        }
        assert delivery.stored() == ALL
        assert delivery.warehouse.run("SELECT row_count FROM aetherflow_loads") == [(len(ALL),)]
        assert [path.name for path in delivery.partner.root.rglob("*.zip*")] == ["orders-250.zip"]
        assert [mail["To"] for mail in delivery.mails()] == ["orders@example.org"]


def test_a_report_that_was_in_flight_is_sent_again_only_by_a_persons_word(delivery: Delivery) -> None:
    delivery.office.holds_from = 1
    killed_when(delivery.project, str(FLOW), lambda: len(delivery.office.arrived) == 1, **delivery.env)
    delivery.office.holds_from = None
    refused = delivery.aetherflow("runs", "resume", "r1")
    assert refused.exit_code == 1
    assert "report.mail" in refused.stderr
    assert delivery.aetherflow("runs", "resume", "r1", "--assume-done", "report.mail").exit_code == 0
    assert seen(delivery) == {"fetch.orders": 3, "deliver.upload": 1, "report.mail": 1}
    assert delivery.stored() == ALL
