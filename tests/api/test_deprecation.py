"""Deprecated names of the public API work for a time, and say at their caller what to use instead."""

import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core import api
from aetherflow.core.contracts import deprecation
from aetherflow.core.contracts.deprecation import DEPRECATED, Deprecation, deprecated

HERE = Path(__file__).name
OLD = Deprecation(since="1.4", removal="2.0", instead="run_flow")
MESSAGE = "execute_flow is deprecated since 1.4 and goes with 2.0: use run_flow"


@deprecated(since="1.4", removal="2.0", instead="run_flow")
def execute_flow(flow: str) -> str:
    """Execute a flow."""
    return f"executed {flow}"


@deprecated(since="1.4", removal="2.0", instead="Step")
class BaseStep:
    """The base class of steps."""

    def __init__(self, name: str = "base") -> None:
        self.name = name


def told(action: Any, rule: Any = "always") -> list[tuple[str, str]]:
    """Do something and give what was warned of, with the file that each warning points at."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter(rule)
        action()
    return [(str(each.message), Path(each.filename).name) for each in caught]


def test_a_deprecated_function_works_and_points_at_its_caller() -> None:
    results: list[str] = []
    assert told(lambda: results.append(execute_flow("a.yaml"))) == [(MESSAGE, HERE)]
    assert results == ["executed a.yaml"]
    assert execute_flow.__doc__ == "Execute a flow."


def test_it_is_told_once_for_each_place() -> None:
    def from_two_places() -> None:
        for _ in range(3):
            execute_flow("a.yaml")
        execute_flow("b.yaml")

    assert len(told(from_two_places, "default")) == 2


def test_a_deprecated_class_points_at_whoever_makes_one() -> None:
    made: list[BaseStep] = []
    message = "BaseStep is deprecated since 1.4 and goes with 2.0: use Step"
    assert told(lambda: made.append(BaseStep("mine"))) == [(message, HERE)]
    assert (made[0].name, type(made[0])) == ("mine", BaseStep)


def test_a_deprecated_class_points_at_the_class_that_inherits_from_it_and_only_there() -> None:
    def inherit() -> None:
        class MyStep(BaseStep):
            pass

        assert MyStep().name == "base"

    assert told(inherit) == [("BaseStep is deprecated since 1.4 and goes with 2.0: use Step", HERE)]


def test_a_deprecated_class_keeps_what_it_does_with_its_sub_classes() -> None:
    prepared: list[str] = []

    class Noting:
        def __init_subclass__(cls, **words: Any) -> None:
            prepared.append(f"{cls.__name__} {words}")

    marked: Any = deprecated(since="1", removal="2", instead="Step")(Noting)
    told(lambda: type("Sub", (marked,), {}, colour="red"))
    assert prepared == ["Sub {'colour': 'red'}"]


def test_a_renamed_name_of_the_api_is_served_and_points_at_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deprecation, "DEPRECATED", {"execute_flow": OLD})
    found: list[Any] = []

    def import_it() -> None:
        from aetherflow.core.api import execute_flow  # type: ignore[attr-defined]  # it is gone: that is the claim

        found.append(execute_flow)

    assert told(import_it) == [(MESSAGE, HERE)]
    assert found == [api.run_flow]


def test_a_renamed_name_points_at_the_attribute_access(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deprecation, "DEPRECATED", {"execute_flow": OLD})
    assert told(lambda: api.execute_flow) == [(MESSAGE, HERE)]  # type: ignore[attr-defined]  # that is the claim


def test_a_name_that_the_api_never_had_is_an_ordinary_mistake() -> None:
    with pytest.raises(AttributeError, match="no attribute 'run_flaw'"):
        _ = api.run_flaw  # type: ignore[attr-defined]  # that is the claim
    with pytest.raises(ImportError, match="cannot import name 'run_flaw'"):
        from aetherflow.core.api import run_flaw  # type: ignore[attr-defined]  # noqa: F401  # that is the claim


def test_what_stands_instead_of_a_deprecated_name_is_in_the_api() -> None:
    assert {entry.instead for entry in DEPRECATED.values()} <= set(api.__all__)


def test_the_api_is_imported_without_the_machinery_of_deprecation() -> None:
    code = "import sys; from aetherflow.core.api import Step; print(*sys.modules)"
    imported = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "aetherflow.core.contracts.step" in imported
    assert "aetherflow.core.contracts.deprecation" not in imported
