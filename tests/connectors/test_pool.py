"""`ctx.connectors`: built on first use, kept for the run, closed at the end."""

from typing import Any

import pytest

from aetherflow.core.connectors.pool import Caching, ConnectorPool
from aetherflow.core.connectors.resources import ResolvedResource
from aetherflow.core.contracts.connector import ConnectorBase
from aetherflow.core.contracts.errors import StepFailed
from aetherflow.core.contracts.registry import Contribution


class Recording(ConnectorBase):
    """Tells what happens to it."""

    def __init__(self, *, config: dict[str, Any], options: dict[str, Any]) -> None:
        super().__init__(config=config, options=options)
        self.config["log"].append(f"built {config['name']}")
        if config.get("broken") == "built":
            raise ValueError("no host")

    def close(self) -> None:
        self.config["log"].append(f"closed {self.config['name']}")
        if self.config.get("broken") == "closed":
            raise OSError("gone")


class Bench:
    """A pool of resources "one" and "two", and what happened to them."""

    def __init__(self, broken: str = "", driver: str = "rec", caching: Caching = "run") -> None:
        self.log: list[str] = []
        self.close_errors: list[str] = []
        contribution = Contribution(
            kind="connector",
            name="db:rec",
            plugin="p",
            version="1",
            digest="d",
            origin="o",
            file="f",
            line=1,
            load=lambda: Recording,
        )
        self.pool = ConnectorPool(
            {"db:rec": contribution},
            {name: self._resolver(name, broken, driver) for name in ("one", "two")},
            lambda name, words: self.close_errors.append(f"{name}: {words}"),
            describe=lambda error, contribution: f"{error} (raised by {contribution.plugin})",
            caching=caching,
        )

    def _resolver(self, name: str, broken: str, driver: str) -> Any:
        config = {"name": name, "log": self.log, "broken": broken}
        return lambda: ResolvedResource(name, "db", driver, config, {})


def test_a_connector_is_built_on_first_use_and_once() -> None:
    bench = Bench()
    assert list(bench.pool) == ["one", "two"]
    assert "one" in bench.pool
    assert bench.log == []
    assert bench.pool["one"] is bench.pool["one"]
    assert bench.log == ["built one"]


def test_what_was_built_is_closed_newest_first_and_once() -> None:
    bench = Bench()
    assert bench.pool["one"] is not bench.pool["two"]
    bench.pool.close_all()
    bench.pool.close_all()
    assert bench.log == ["built one", "built two", "closed two", "closed one"]


def test_an_error_on_closing_is_reported_and_the_others_are_closed() -> None:
    bench = Bench(broken="closed")
    assert bench.pool["one"] is not bench.pool["two"]
    bench.pool.close_all()
    assert bench.log[2:] == ["closed two", "closed one"]
    assert bench.close_errors == ["two: gone (raised by p)", "one: gone (raised by p)"]


def test_without_caching_every_access_builds_and_all_are_closed() -> None:
    bench = Bench(caching="none")
    assert bench.pool["one"] is not bench.pool["one"]
    bench.pool.close_all()
    assert bench.log == ["built one", "built one", "closed one", "closed one"]


def test_an_unknown_resource_is_named_with_the_nearest() -> None:
    with pytest.raises(KeyError) as raised:
        Bench().pool["onne"]
    assert str(raised.value) == 'no resource is named "onne": did you mean "one"?'


def test_a_connector_that_cannot_be_built_fails_the_step_with_its_resource() -> None:
    with pytest.raises(StepFailed) as raised:
        Bench(broken="built").pool["one"]
    assert raised.value.message == 'resource "one": its connector db:rec cannot be built: no host (raised by p)'


def test_an_unknown_driver_fails_the_step() -> None:
    with pytest.raises(StepFailed, match='resource "one": no connector of kind "db" has the driver "other"'):
        Bench(driver="other").pool["one"]
