"""Whatever happens inside is a message and an exit code."""

from pathlib import Path

import pytest

from aetherflow.cli.error_boundary import guarded
from aetherflow.cli.streams import StandardStreams
from aetherflow.cli.usage_errors import UsageProblem
from aetherflow.core.contracts.errors import HeldElsewhere, PluginRefused


def end(error: BaseException) -> int:
    """Let a command end with an error and give its exit code."""

    def work() -> int:
        raise error

    return guarded(work, StandardStreams())


@pytest.mark.parametrize(
    ("error", "exit_code", "said"),
    [
        (UsageProblem("no", hint="yes"), 2, "error: no\n  = yes\n  = `aetherflow --help` shows how it is used\n"),
        (HeldElsewhere("pid 7 has it", hint="wait"), 4, "error: pid 7 has it\n  = wait\n"),
        (PluginRefused("untrusted"), 3, "error: untrusted\n"),
        (KeyboardInterrupt(), 130, "error: interrupted\n"),
        (OSError(28, "No space left on device", "/x/state.db"), 2, "error: /x/state.db: No space left on device\n"),
        (SystemExit(0), 0, ""),
    ],
)
def test_known_ends_have_their_exit_codes(
    error: BaseException, exit_code: int, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert end(error) == exit_code
    assert capfd.readouterr() == ("", said)


@pytest.mark.parametrize("defect", [ZeroDivisionError("x"), RecursionError(), MemoryError(), AssertionError("\x1b[2J")])
def test_a_defect_is_one_message_and_a_log(
    defect: Exception, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("tempfile.tempdir", str(tmp_path))
        assert end(defect) == 5
    (log,) = tmp_path.iterdir()
    assert capfd.readouterr().err == (
        f"error: a defect in AetherFlow: {type(defect).__name__}\n"
        f"  = the details are in {log}: please attach it to a report\n"
    )
    assert f"{type(defect).__name__}" in log.read_text()
    assert "Traceback" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_a_defect_is_told_even_where_no_log_can_be_written(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patched:  # undone before capfd wants a temporary file of its own
        patched.setattr("tempfile.tempdir", str(tmp_path / "absent"))
        assert end(ZeroDivisionError()) == 5
    assert capfd.readouterr().err.endswith("  = and no log file could be written\n")
