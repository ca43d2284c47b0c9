"""What goes wrong with a resource is said in plain words, with the resource's name and without its password."""

import socket
import ssl
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aetherflow.core.api import InputError, StepFailed
from aetherflow.core.builtins.cancellation import ended_when_cancelled, out_of_time, refuse_cancelled
from aetherflow.core.builtins.libraries import is_installed, needed
from aetherflow.core.builtins.output_file import output_file
from aetherflow.core.builtins.resource_use import Trouble, using


def context(**more: Any) -> Any:
    return SimpleNamespace(
        connectors={"shop": "connector"}, mask=lambda text: text.replace("opensesame", "***"), **more
    )


def failure_of(error: BaseException, explain: Any = lambda _error: None) -> StepFailed:
    with pytest.raises(StepFailed) as raised, using(context(), "shop", explain):
        raise error
    return raised.value


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (socket.gaierror(-2, "Name or service not known"), "its host is not known"),
        (ConnectionRefusedError(111, "Connection refused"), "the connection was refused"),
        (TimeoutError(), "no answer came in time"),
        (ConnectionResetError(104, "reset by peer"), "the connection broke off"),
        (BrokenPipeError(), "the connection broke off"),
        (RuntimeError("no such table: opensesame\n  near line 1"), "no such table: *** near line 1"),
        (ValueError(), "ValueError"),
        (InputError("not resolved: opensesame"), "not resolved: ***"),
        (StepFailed("sql is empty"), "sql is empty"),
    ],
)
def test_every_failure_names_the_resource_and_no_secret(error: BaseException, message: str) -> None:
    assert failure_of(error).message == f'resource "shop": {message}'


def test_what_a_driver_wraps_is_found() -> None:
    try:
        try:
            raise ConnectionRefusedError
        except ConnectionRefusedError as refused:
            raise RuntimeError("driver") from refused
    except RuntimeError as error:
        failed = failure_of(error)
    assert failed.message == 'resource "shop": the connection was refused'
    assert failed.hint == "look whether the server runs, and at host and port"


def test_a_driver_that_knows_better_is_heard_first() -> None:
    failed = failure_of(TimeoutError(), lambda _error: Trouble("told opensesame", "try opensesame"))
    assert (failed.message, failed.hint) == ('resource "shop": told ***', "try ***")


def test_a_certificate_that_does_not_hold_is_said() -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    assert failure_of(error).message == 'resource "shop": the server\'s certificate is refused: self-signed certificate'


def test_the_facts_of_a_failed_step_stay() -> None:
    failed = failure_of(StepFailed("x", hint="y", outputs={"rows": 1}, exit_code=3, timed_out=True))
    assert (failed.hint, failed.outputs, failed.exit_code, failed.timed_out) == ("y", {"rows": 1}, 3, True)


def test_an_interrupt_passes() -> None:
    with pytest.raises(KeyboardInterrupt), using(context(), "shop"):
        raise KeyboardInterrupt


def test_an_unknown_resource_fails_the_step() -> None:
    with pytest.raises(StepFailed, match="nope"), using(context(), "nope"):
        raise AssertionError


def test_a_file_of_the_steps_own_is_not_blamed_on_the_resource(tmp_path: Path) -> None:
    ctx = context(artifacts_dir=tmp_path, job_dir=tmp_path)
    (tmp_path / "x").mkdir()
    with pytest.raises(StepFailed) as raised, using(ctx, "shop"), output_file(ctx, "x"):
        raise AssertionError
    assert raised.value.message == f'`path`: "{tmp_path}/x" is a directory'


def test_a_library_that_is_absent_is_named_with_the_command_that_installs_it() -> None:
    with pytest.raises(StepFailed) as raised:
        needed("aetherflow_absent_library", "db")
    assert raised.value.message == "this needs the library aetherflow_absent_library, which is not installed"
    assert raised.value.hint == "pip install 'aetherflow[db]'"
    assert not is_installed("aetherflow_absent_library.part")
    assert needed("json", "db").dumps([]) == "[]"


def test_waiting_ends_when_the_step_is_cancelled() -> None:
    ctx, ended = context(is_cancelled=False), threading.Event()
    with ended_when_cancelled(ctx, ended.set) as watch:
        ctx.is_cancelled = True
        assert ended.wait(5)
    assert watch.has_fired


def test_what_ends_it_may_fail_and_a_step_that_is_not_cancelled_is_left_alone() -> None:
    ctx = context(is_cancelled=False)
    with ended_when_cancelled(ctx, lambda: 1 / 0) as watch:  # type: ignore[arg-type]
        pass
    assert not watch.has_fired
    with ended_when_cancelled(context(is_cancelled=True), lambda: 1 / 0) as watch:  # type: ignore[arg-type]
        while not watch.has_fired:
            time.sleep(0.01)


def test_a_loop_that_looks_ends_too() -> None:
    refuse_cancelled(context(is_cancelled=False), "the download")
    with pytest.raises(StepFailed) as raised:
        refuse_cancelled(context(is_cancelled=True), "the download")
    assert raised.value.timed_out
    assert raised.value.message == out_of_time("the download").message
