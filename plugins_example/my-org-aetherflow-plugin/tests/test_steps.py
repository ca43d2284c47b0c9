"""The steps, called as plain Python: registering does nothing in a test."""

import asyncio
from types import SimpleNamespace

import pytest

from aetherflow.core.api import STEP_SKIPPED, StepFailed
from my_org_aetherflow_plugin.connectors import SqliteStoreConnector
from my_org_aetherflow_plugin.steps import Remember, await_value, recall


@pytest.fixture
def ctx(tmp_path):
    """Give as much of a step's context as these steps use, with a store in a file."""
    connector = SqliteStoreConnector(config={"path": str(tmp_path / "values.db")}, options={})
    yield SimpleNamespace(connectors={"values": connector}, is_cancelled=False)
    connector.close()


def test_what_is_remembered_is_recalled(ctx):
    assert Remember().run(ctx, {"resource": "values", "key": "day", "value": [1, 2]}) == {"key": "day", "is_new": True}
    assert recall(ctx, {"resource": "values", "key": "day"}) == {"value": [1, 2]}


def test_a_value_replaces_the_one_before(ctx):
    for value in ("one", "two"):
        outputs = Remember().run(ctx, {"resource": "values", "key": "day", "value": value})
    assert outputs == {"key": "day", "is_new": False}
    assert recall(ctx, {"resource": "values", "key": "day"}) == {"value": "two"}


def test_what_nobody_remembered_is_skipped(ctx):
    assert recall(ctx, {"resource": "values", "key": "day"}).status == STEP_SKIPPED


def test_null_is_refused(ctx):
    with pytest.raises(StepFailed, match="null cannot be remembered"):
        Remember().run(ctx, {"resource": "values", "key": "day", "value": None})


def test_a_value_that_comes_later_is_awaited(ctx):
    async def wait_and_remember():
        waiting = asyncio.create_task(await_value(ctx, {"resource": "values", "key": "day"}))
        await asyncio.sleep(0)
        ctx.connectors["values"].connect().put("day", "late")
        return await waiting

    assert asyncio.run(wait_and_remember()) == {"value": "late"}


def test_waiting_ends_when_the_step_is_cancelled(ctx):
    ctx.is_cancelled = True
    with pytest.raises(StepFailed, match="there was no day in time"):
        asyncio.run(await_value(ctx, {"resource": "values", "key": "day"}))
