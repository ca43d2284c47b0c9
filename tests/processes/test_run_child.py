"""What a child prints and how it ends reach the caller, whole."""

import os
import signal
import time
from pathlib import Path

import pytest

from aetherflow.core.contracts.process import StreamMode
from aetherflow.core.processes.child import ProcessStartError
from tests.processes.running import hide_secret, is_alive, run, shell


def test_captured_output_is_complete_a_hundred_times() -> None:
    expected = "".join(f"{number}\n" for number in range(1, 60001)).encode()
    for _ in range(100):
        assert run("seq", "60000").stdout == expected


def test_both_streams_are_captured_apart() -> None:
    result = shell("echo out; echo err >&2")
    assert (result.stdout, result.stderr) == (b"out\n", b"err\n")


def test_large_output_on_both_streams_at_once_does_not_get_stuck() -> None:
    result = shell("seq 100000 & seq 100000 >&2; wait")
    assert len(result.stdout) == len(result.stderr) == 588895


def test_the_exit_code_is_the_childs() -> None:
    assert shell("exit 3").exit_code == 3


def test_a_signals_exit_code_is_minus_its_number() -> None:
    assert shell("kill -SEGV $$").exit_code == -signal.SIGSEGV


def test_the_child_leads_its_process_group() -> None:
    pid, group = shell("echo $$; ps -o pgid= -p $$").stdout.split()
    assert pid == group


def test_the_child_gets_exactly_the_environment_it_is_given() -> None:
    assert run("env", env={"PATH": os.environ["PATH"], "GREETING": "héllo"}).stdout.decode() == (
        f"PATH={os.environ['PATH']}\nGREETING=héllo\n"
    )


def test_the_child_runs_in_its_working_directory(tmp_path: Path) -> None:
    assert run("pwd", cwd=tmp_path).stdout.decode().strip() == str(tmp_path)


def test_a_program_is_looked_up_on_the_path_that_it_is_given(tmp_path: Path) -> None:
    program = tmp_path / "greet"
    program.write_text("#!/bin/sh\necho hi\n")
    program.chmod(0o755)
    assert run("greet", env={"PATH": str(tmp_path)}).stdout == b"hi\n"


def test_stdin_is_empty_by_default() -> None:
    assert run("cat").stdout == b""


def test_stdin_carries_a_large_text() -> None:
    text = "zeile äöü\n" * 200_000
    assert run("cat", stdin=text).stdout.decode() == text


def test_a_child_that_does_not_read_its_stdin_is_no_problem() -> None:
    assert run("true", stdin="x" * 1_000_000).exit_code == 0


def test_a_capture_is_cut_at_its_cap_and_says_so() -> None:
    result = run("seq", "60000", max_capture_bytes=1000)
    assert len(result.stdout) == 1000
    assert result.stdout_truncated
    assert not result.stderr_truncated


def test_a_capture_that_just_fits_is_not_called_truncated() -> None:
    result = run("printf", "x" * 1000, max_capture_bytes=1000)
    assert (len(result.stdout), result.stdout_truncated) == (1000, False)


def test_discarded_output_goes_nowhere() -> None:
    result = shell("echo out; echo err >&2", stdout=StreamMode.DISCARD, stderr=StreamMode.DISCARD)
    assert (result.stdout, result.stderr, result.tail) == (b"", b"", "")


def test_inherited_lines_are_forwarded_whole_and_masked() -> None:
    lines: list[str] = []
    result = shell(
        "printf one; sleep 0.05; printf ' line\\nthe word is opensesame\\nlast without end'",
        stdout=StreamMode.INHERIT,
        forward=lines.append,
        mask=hide_secret,
    )
    assert lines == ["one line", "the word is ***", "last without end"]
    assert result.stdout == b""


def test_inherited_lines_arrive_while_the_child_still_runs() -> None:
    arrivals: list[float] = []
    result = shell(
        "echo early; sleep 0.5", stdout=StreamMode.INHERIT, forward=lambda line: arrivals.append(time.monotonic())
    )
    assert time.monotonic() - arrivals[0] > 0.4
    assert result.exit_code == 0


def test_a_progress_bar_is_forwarded_as_a_terminal_would_leave_it() -> None:
    lines: list[str] = []
    shell("printf '10%%\\r50%%\\r100%%\\ndone\\r\\n'", stdout=StreamMode.INHERIT, forward=lines.append)
    assert lines == ["100%", "done"]


def test_bytes_that_are_no_text_are_forwarded_with_replacements() -> None:
    lines: list[str] = []
    shell("printf 'a\\377b\\n'", stdout=StreamMode.INHERIT, forward=lines.append)
    assert lines == ["a\ufffdb"]


def test_both_streams_can_go_to_one_file_which_is_appended_to(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "out.log"
    for word in ("first", "opensesame"):
        shell(
            f"echo {word}; echo {word} >&2",
            stdout=StreamMode.FILE,
            stderr=StreamMode.FILE,
            output_file=log,
            mask=hide_secret,
        )
    assert log.read_text() == "first\nfirst\n***\n***\n"


def test_bytes_that_are_no_text_reach_the_file_as_they_are(tmp_path: Path) -> None:
    log = tmp_path / "out.log"
    shell("printf 'a\\377\\r\\nb'", stdout=StreamMode.FILE, output_file=log)
    assert log.read_bytes() == b"a\xff\r\nb"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_costs_the_log_file_but_not_the_child() -> None:
    result = run("seq", "60000", stdout=StreamMode.FILE, output_file=Path("/dev/full"))
    assert result.exit_code == 0
    assert result.lost_output == 'the output could not be written to "/dev/full": no space left on device'


def test_the_tail_is_the_end_of_stderr() -> None:
    result = shell("echo out; seq 100 >&2; exit 1")
    assert result.tail == "\n".join(map(str, range(81, 101)))


def test_the_tail_is_the_end_of_stdout_where_stderr_is_silent() -> None:
    assert shell("seq 3", stdout=StreamMode.INHERIT).tail == "1\n2\n3"


def test_the_tail_is_bounded_and_masked() -> None:
    result = shell("seq 30000; printf 'opensesame%.0s' $(seq 30)", mask=hide_secret)
    assert len(result.tail) <= 4097
    assert "opensesame" not in result.tail
    assert result.tail.endswith("******")


def test_of_a_last_line_that_is_not_whole_nothing_is_shown() -> None:
    assert shell("printf 'opensesame%.0s' $(seq 3000)", mask=hide_secret).tail == "(a line too long to show)"


def test_a_line_full_of_secrets_is_never_cut_in_the_middle_of_one() -> None:
    secret = "".join(chr(ord("a") + number % 26) for number in range(97))
    lines: list[str] = []
    run(
        "sh",
        "-c",
        f"printf '{secret}%.0s' $(seq 3000); echo; echo after",
        stdout=StreamMode.INHERIT,
        mask=lambda text: text.replace(secret, "***"),
        forward=lines.append,
    )
    assert lines[-1] == "after"
    assert not [line for line in lines[:-1] if set(line) - set("*") and "too long to show" not in line]


def test_a_link_in_the_place_of_an_output_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "out").symlink_to(tmp_path / "precious")
    with pytest.raises(ProcessStartError, match="cannot be written"):
        run("echo", "x", stdout=StreamMode.FILE, output_file=tmp_path / "out")
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_timeout_ends_the_child() -> None:
    result = run("sleep", "30", timeout_seconds=0.2)
    assert result.timed_out
    assert result.exit_code == -signal.SIGTERM
    assert result.duration_seconds < 1


def test_a_timeout_holds_for_a_child_that_prints_without_end() -> None:
    result = run("yes", timeout_seconds=0.2, max_capture_bytes=10)
    assert result.timed_out
    assert result.duration_seconds < 1


def test_a_timeout_holds_where_nothing_is_read() -> None:
    result = run("sleep", "30", timeout_seconds=0.2, stdout=StreamMode.DISCARD, stderr=StreamMode.DISCARD)
    assert result.timed_out


def test_a_child_that_ignores_sigterm_is_killed_after_the_grace_time() -> None:
    result = shell("trap '' TERM; while :; do sleep 0.1; done", timeout_seconds=0.3, kill_grace_seconds=0.3)
    assert result.exit_code == -signal.SIGKILL
    assert 0.6 <= result.duration_seconds < 1.6


def test_a_grandchild_that_ignores_sigterm_and_holds_the_pipe_is_killed_too() -> None:
    result = shell(
        "(trap '' TERM; echo $(exec sh -c 'echo $PPID'); while :; do sleep 0.1; done) & wait",
        timeout_seconds=0.3,
        kill_grace_seconds=0.3,
    )
    assert result.timed_out
    assert result.duration_seconds < 1.6
    assert not is_alive(int(result.stdout))


def test_what_a_child_says_while_it_is_ended_is_read() -> None:
    result = shell("trap 'echo goodbye; exit 7' TERM; echo ready; sleep 30 & wait", timeout_seconds=0.3)
    assert result.stdout == b"ready\ngoodbye\n"
    assert (result.timed_out, result.exit_code) == (True, 7)


def test_a_stopped_child_can_be_ended_by_sigterm() -> None:
    result = shell("kill -STOP $$", timeout_seconds=0.2, kill_grace_seconds=5)
    assert result.exit_code == -signal.SIGTERM


def test_a_background_process_of_the_group_is_read_to_its_end() -> None:
    result = shell("(sleep 1.3; echo late) & echo early")
    assert result.stdout == b"early\nlate\n"
    assert result.warnings == ()


def test_a_background_process_of_the_group_that_holds_the_pipe_ends_with_the_timeout() -> None:
    result = shell("sleep 30 & echo $!", timeout_seconds=0.4)
    assert result.timed_out
    assert not is_alive(int(result.stdout))


def test_a_grandchild_that_left_the_group_holds_the_step_for_a_second_only() -> None:
    result = shell("setsid sh -c 'echo $$; exec sleep 20' & sleep 0.2")
    os.kill(int(result.stdout), signal.SIGKILL)
    assert result.exit_code == 0
    assert 1 <= result.duration_seconds < 2.2
    assert result.warnings == (
        "a process that left the step's process group still holds its output: not read any further",
    )


def test_a_grandchild_that_left_the_group_is_read_no_further_after_a_timeout() -> None:
    result = shell("setsid sh -c 'echo $$; exec sleep 20' & sleep 20", timeout_seconds=0.4)
    os.kill(int(result.stdout), signal.SIGKILL)
    assert result.timed_out
    assert result.duration_seconds < 1.4
    assert len(result.warnings) == 1


def test_a_background_process_without_the_pipe_does_not_hold_the_step() -> None:
    result = shell("sleep 20 >/dev/null 2>&1 & echo $!")
    os.kill(int(result.stdout), signal.SIGKILL)
    assert result.duration_seconds < 0.5


def test_without_pidfd_a_child_is_still_read_timed_out_and_reaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open")
    assert run("seq", "3").stdout == b"1\n2\n3\n"
    assert run("sleep", "30", timeout_seconds=0.2).exit_code == -signal.SIGTERM


def test_without_files_in_memory_stdin_still_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create")
    assert run("cat", stdin="hello").stdout == b"hello"


def test_an_exit_code_is_not_lost_where_sigchld_was_inherited_as_ignored() -> None:
    previous = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert shell("exit 3").exit_code == 3
    finally:
        signal.signal(signal.SIGCHLD, previous)
