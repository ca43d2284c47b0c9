"""`external.process`: the command, its surroundings, its output, its failure."""

import signal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aetherflow.core.api import STEP_SUCCESS
from aetherflow.core.builtins.steps.external_process import ExternalProcess
from tests.builtins.conftest import SECRET, Context, StepRunner


def sh(script: str, **more: Any) -> dict[str, Any]:
    return {"command": script, "shell": True, **more}


def test_a_list_is_the_program_and_its_words(steps: StepRunner) -> None:
    result = steps.run(ExternalProcess, command=["printf", "%s|", "a b", "$HOME"])
    assert result.status == STEP_SUCCESS
    assert result.outputs["stdout"] == "a b|$HOME|"


def test_a_string_is_split_as_a_shell_would(steps: StepRunner) -> None:
    result = steps.run(ExternalProcess, command="printf '%s|' 'a b' $HOME", args=["c d"])
    assert result.outputs["stdout"] == "a b|$HOME|c d|"


def test_a_shell_gets_the_string_whole_and_args_as_its_parameters(steps: StepRunner) -> None:
    result = steps.run(ExternalProcess, **sh('printf "%s|" "$0" "$1" "$2" | tr a-z A-Z', args=["a b", 3]))
    assert result.outputs["stdout"] == "SH|A B|3|"


def test_scalars_become_text_as_yaml_shows_them(steps: StepRunner) -> None:
    result = steps.run(ExternalProcess, command=["printf", "%s|", 1, 1.0, True, "1.0", -5], args=[False])
    assert result.outputs["stdout"] == "1|1.0|true|1.0|-5|false|"


def test_every_output_is_there(steps: StepRunner, ctx: Context) -> None:
    result = steps.run(ExternalProcess, **sh("echo out; echo err >&2", log={"stderr": "capture"}))
    duration = result.outputs.pop("duration_seconds")
    assert 0 < duration < 5
    assert result.outputs == {
        "exit_code": 0,
        "stdout": "out",
        "stderr": "err",
        "value": None,
        "output_dir": str(ctx.artifacts_dir),
    }


def test_stderr_is_forwarded_by_default(steps: StepRunner, ctx: Context) -> None:
    result = steps.run(ExternalProcess, **sh(f"echo {SECRET} >&2"))
    assert (ctx.lines, result.outputs["stderr"]) == (["***"], "")


@pytest.mark.parametrize(("printed", "text"), [("a\\n\\n", "a\n"), ("a\\r\\n", "a"), ("a", "a"), ("\\n", ""), ("", "")])
def test_one_line_end_at_the_end_is_not_part_of_the_output(steps: StepRunner, printed: str, text: str) -> None:
    assert steps.run(ExternalProcess, command=["printf", printed]).outputs["stdout"] == text


def test_the_command_runs_in_the_jobs_directory(steps: StepRunner, ctx: Context) -> None:
    assert steps.run(ExternalProcess, command=["pwd"]).outputs["stdout"] == str(ctx.job_dir)


def test_a_relative_cwd_is_inside_the_jobs_directory(steps: StepRunner, ctx: Context) -> None:
    (ctx.job_dir / "sub").mkdir()
    assert steps.run(ExternalProcess, command=["pwd"], cwd="sub").outputs["stdout"] == str(ctx.job_dir / "sub")


def test_an_absolute_cwd_is_taken_at_its_word(steps: StepRunner, tmp_path: Path) -> None:
    assert steps.run(ExternalProcess, command=["pwd"], cwd=str(tmp_path)).outputs["stdout"] == str(tmp_path)


@pytest.mark.parametrize("cwd", ["..", "a/../..", "link"])
def test_a_relative_cwd_cannot_lead_out(steps: StepRunner, ctx: Context, cwd: str) -> None:
    (ctx.job_dir / "link").symlink_to("/tmp")
    failure = steps.failure(ExternalProcess, command=["pwd"], cwd=cwd)
    assert failure.message == f'`cwd`: "{cwd}" may lead out of the job\'s directory'


def test_env_is_laid_over_the_snapshot(steps: StepRunner) -> None:
    script = sh('echo "$PLAIN|$A|$B|[$C]|$AETHERFLOW_RUN_ID"', env={"A": 1, "B": True, "C": None})
    assert steps.run(ExternalProcess, **script).outputs["stdout"] == "from the snapshot|1|true|[]|run-1"


def test_without_inherit_env_the_snapshot_is_not_seen(steps: StepRunner) -> None:
    result = steps.run(ExternalProcess, **sh('echo "[$PLAIN]$A"', env={"A": "a"}, inherit_env=False))
    assert result.outputs["stdout"] == "[]a"


def test_the_output_directory_is_the_artifacts_directory(steps: StepRunner, ctx: Context) -> None:
    result = steps.run(ExternalProcess, **sh('echo "$AETHERFLOW_OUTPUT_DIR"'))
    assert result.outputs["stdout"] == str(ctx.artifacts_dir)


@pytest.mark.parametrize(("stdin", "seen"), [("text\n", "text\n"), ({"a": [1]}, '{"a":[1]}'), (5, "5"), (None, "")])
def test_stdin_takes_text_or_any_value(steps: StepRunner, stdin: Any, seen: str) -> None:
    assert steps.run(ExternalProcess, **sh("cat; printf x", stdin=stdin)).outputs["stdout"] == seen + "x"


def test_a_log_file_is_written_masked_among_the_artifacts(steps: StepRunner, ctx: Context) -> None:
    steps.run(ExternalProcess, **sh(f"echo {SECRET}; echo err >&2", log={"stdout": "file", "stderr": "file"}))
    assert sorted((ctx.artifacts_dir / "step.log").read_text().split()) == ["***", "err"]


def test_a_log_file_can_be_named(steps: StepRunner, ctx: Context) -> None:
    steps.run(ExternalProcess, **sh("echo hi", log={"stdout": "file", "file_path": "logs/hi.log"}))
    assert (ctx.job_dir / "logs/hi.log").read_text() == "hi\n"


def test_a_capture_that_was_cut_is_reported(steps: StepRunner, ctx: Context) -> None:
    result = steps.run(ExternalProcess, command=["printf", "x" * 2000], log={"max_capture_kb": 1})
    assert len(result.outputs["stdout"]) == 1024
    assert ctx.logged == [("warning", "stdout is longer than 1 KiB (`log.max_capture_kb`): the rest was dropped")]


@pytest.mark.parametrize(
    ("parse", "printed", "value"),
    [
        ("text", "a\\nb\\n", "a\nb"),
        ("lines", "a\\r\\nb\\n\\n", ["a", "b", ""]),
        ("lines", "", []),
        ("json", '{"rows": [1, 2.5, null]}\\n', {"rows": [1, 2.5, None]}),
    ],
)
def test_stdout_is_parsed_into_value(steps: StepRunner, parse: str, printed: str, value: Any) -> None:
    assert steps.run(ExternalProcess, command=["printf", printed], parse=parse).outputs["value"] == value


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        ('{"a": 1,\\n "b": }', "stdout is not JSON: expecting value at line 2, column 7"),
        ("", "stdout is not JSON: it is empty"),
        ("NaN", "stdout is not JSON: NaN is no JSON"),
        ("\\377", "stdout is not JSON: byte 0 is not UTF-8"),
    ],
)
def test_invalid_json_is_an_error_with_its_place(steps: StepRunner, printed: str, message: str) -> None:
    assert steps.failure(ExternalProcess, command=["printf", printed], parse="json").message == message


def test_json_that_is_nested_too_deeply_is_an_error(steps: StepRunner) -> None:
    failure = steps.failure(ExternalProcess, **sh("printf '[%.0s' $(seq 100000)", parse="json"))
    assert failure.message == "stdout is not JSON: it is nested too deeply"


def test_output_beyond_the_cap_cannot_be_parsed(steps: StepRunner) -> None:
    failure = steps.failure(ExternalProcess, command=["seq", "1000"], parse="lines", log={"max_capture_kb": 1})
    assert failure.message == "stdout is longer than 1 KiB, so it cannot be parsed"
    assert failure.hint == "raise `log.max_capture_kb`, or let the command write a file"


def test_a_failure_says_the_code_the_command_and_its_last_words(steps: StepRunner) -> None:
    failure = steps.failure(ExternalProcess, **sh("echo one >&2; echo two >&2; exit 3"))
    assert failure.message == (
        "exited with code 3: /bin/sh -c 'echo one >&2; echo two >&2; exit 3'\nits last output:\n  one\n  two"
    )
    assert (failure.exit_code, failure.timed_out) == (3, False)
    assert failure.outputs["exit_code"] == 3


def test_secrets_are_masked_in_the_command_and_its_last_words(steps: StepRunner) -> None:
    failure = steps.failure(ExternalProcess, command=["ls", f"/{SECRET}", SECRET], env={"LC_ALL": "C"})
    first, *_ = failure.message.split("\n")
    assert first == "exited with code 2: ls '/***' ***"
    assert SECRET not in failure.message


def test_a_very_long_command_is_shown_cut(steps: StepRunner) -> None:
    failure = steps.failure(ExternalProcess, command=["false", "x" * 5000])
    assert len(failure.message) < 500
    assert failure.message.endswith("…")


def test_a_signal_is_named(steps: StepRunner) -> None:
    failure = steps.failure(ExternalProcess, **sh("kill -SEGV $$"))
    assert failure.message.startswith("was ended by SIGSEGV (segmentation fault): /bin/sh -c")
    assert failure.exit_code == -signal.SIGSEGV


def test_a_signal_inside_a_shell_is_named(steps: StepRunner) -> None:
    failure = steps.failure(ExternalProcess, **sh("sh -c 'kill -KILL $$'; exit $?"))
    assert failure.message.startswith("exited with code 137 (something in it was ended by SIGKILL (killed)): ")


def test_a_timeout_is_told_and_marked(steps: StepRunner, ctx: Context) -> None:
    ctx.timeout_seconds = 0.3
    failure = steps.failure(ExternalProcess, command=["sleep", "30"], kill_grace_seconds=1)
    assert failure.message == "timed out after 0.3 s and was ended: sleep 30"
    assert failure.timed_out


def test_a_pipe_without_a_shell_gets_a_hint(steps: StepRunner) -> None:
    failure = steps.failure(ExternalProcess, command="ls / | wc -l")
    assert failure.hint == ('"|" reached the program as a plain word; only a shell understands it: add `shell: true`')


def test_a_program_missing_in_a_shell_gets_a_hint(steps: StepRunner) -> None:
    failure = steps.failure(ExternalProcess, **sh("no-such-program"))
    assert failure.hint == "127: a program was not found"


def test_a_missing_program_is_no_errno(steps: StepRunner, ctx: Context) -> None:
    failure = steps.failure(ExternalProcess, command=["no-such-program"])
    assert failure.message == 'program "no-such-program" was not found'
    assert failure.hint == f"PATH was searched: {ctx.env['PATH']}; install it, or give its full path"


@pytest.mark.parametrize("command", ["export A=b", ["source", "env.sh"], ["export A=b && ls"]])
def test_a_command_of_the_shell_is_told_to_need_one(steps: StepRunner, command: Any) -> None:
    name = (command if isinstance(command, str) else command[0]).split()[0]
    assert steps.failure(ExternalProcess, command=command).hint == (
        f'"{name}" is a command of the shell, no program: write the command as one string, `shell: true`'
    )


def test_a_missing_program_before_a_sign_of_the_shell_gets_the_hint(steps: StepRunner) -> None:
    failure = steps.failure(ExternalProcess, command="no-such-program && ls")
    assert failure.message == 'program "no-such-program" was not found'
    assert failure.hint == '"&&" reached the program as a plain word; only a shell understands it: add `shell: true`'


BESIDE_THE_FLOW = (
    "a command runs in its job's own directory: files beside the flow are below $AETHERFLOW_FLOW_DIR, "
    "in templates {{run.flow_dir}}"
)


@pytest.mark.parametrize(
    "inputs",
    [{"command": ["cat", "orders.csv"]}, sh("cat < orders.csv"), sh("cat orders.csv")],
    ids=["list", "redirection", "shell"],
)
def test_a_file_that_a_command_misses_may_be_beside_the_flow(steps: StepRunner, inputs: dict[str, Any]) -> None:
    assert steps.failure(ExternalProcess, **inputs).hint == BESIDE_THE_FLOW


def test_a_program_by_a_relative_path_may_be_beside_the_flow(steps: StepRunner, ctx: Context) -> None:
    failure = steps.failure(ExternalProcess, command=["./pull"])
    assert failure.hint == f'it was looked for in "{ctx.job_dir}"; {BESIDE_THE_FLOW}'


def test_warnings_about_the_process_reach_the_log(steps: StepRunner, ctx: Context) -> None:
    steps.run(ExternalProcess, **sh("setsid sleep 2 &", log={"stderr": "discard"}))
    assert [level for level, _ in ctx.logged] == ["warning"]


@pytest.mark.parametrize("codes", [3, [0, 3]])
def test_other_exit_codes_can_be_a_success(steps: StepRunner, codes: Any) -> None:
    assert steps.run(ExternalProcess, **sh("exit 3", success={"exit_codes": codes})).outputs["exit_code"] == 3


def test_exit_code_zero_can_be_a_failure(steps: StepRunner) -> None:
    failure = steps.failure(ExternalProcess, command=["true"], success={"exit_codes": [1]})
    assert (failure.message, failure.hint) == ("exited with code 0: true", "`success.exit_codes` does not hold 0")


@pytest.mark.parametrize(
    ("success", "message"),
    [
        ({"require_files": ["a.csv", "b.csv"]}, 'the file "b.csv" is missing after'),
        ({"require_files": ["x" * 300]}, f'"{"x" * 300}" cannot be looked at (file name too long) after'),
        ({"require_files": ["artifacts"]}, '"artifacts" is not a file after'),
        ({"require_glob": "*.parquet"}, 'nothing matches "*.parquet" after'),
        ({"require_glob": ["*.csv", "**/*.json"]}, 'nothing matches "**/*.json" after'),
        ({"forbid_files": ["a.csv"]}, '"a.csv" must not exist after'),
        ({"forbid_files": ["*.csv"]}, '"a.csv" must not exist after'),
        ({"marker_file": "_SUCCESS"}, 'the file "_SUCCESS" is missing after'),
        ({"require_files": ["x"], "marker_file": "y"}, 'the file "x" is missing; the file "y" is missing after'),
    ],
)
def test_unmet_criteria_fail_the_step(steps: StepRunner, ctx: Context, success: Any, message: str) -> None:
    failure = steps.failure(ExternalProcess, command=["touch", "a.csv"], success=success)
    assert failure.message == f"{message}: touch a.csv"
    assert failure.hint == f'relative paths under `success` are below "{ctx.job_dir}"'


def test_met_criteria_are_a_success(steps: StepRunner) -> None:
    success = {
        "require_files": ["out/a.csv"],
        "require_glob": ["out/*.csv", "**/a.csv"],
        "forbid_files": ["error", "*.part"],
        "marker_file": "_SUCCESS",
    }
    assert (
        steps.run(ExternalProcess, **sh("mkdir out; touch out/a.csv _SUCCESS", success=success)).outputs["value"]
        is None
    )


def test_criteria_are_relative_to_cwd(steps: StepRunner, ctx: Context) -> None:
    (ctx.job_dir / "sub").mkdir()
    steps.run(ExternalProcess, command=["touch", "a"], cwd="sub", success={"require_files": ["a"]})


def test_criteria_cannot_lead_out(steps: StepRunner) -> None:
    failure = steps.failure(ExternalProcess, command=["true"], success={"require_files": ["../x"]})
    assert failure.message == '`success.require_files`: "../x" may lead out of the job\'s directory'


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ({}, "missing required field `command`"),
        ({"command": []}, "`command` is empty"),
        ({"command": ""}, "`command` is empty"),
        ({"command": "  "}, "`command` is empty"),
        ({"command": "echo 'a"}, "`command` cannot be split into words: no closing quotation; write it as a list"),
        ({"command": "echo \\"}, "`command` cannot be split into words: no escaped character"),
        ({"command": ["echo", "a\0b"]}, "`command` holds a NUL character"),
        ({"command": "a\0b", "shell": True}, "`command` holds a NUL character"),
        ({"command": "a", "args": [5, "\0"]}, "`args` holds a NUL character"),
        ({"command": "a", "env": {"A": "\0"}}, "`env` holds a NUL character"),
        ({"command": ["a", None]}, "got `null` - at `$.command[1]`"),
        ({"command": ["a"], "shell": True}, "`shell: true` takes `command` as one string"),
        ({"command": "a", "parse": "json", "log": {"stdout": "file"}}, "`log.stdout` is `file`"),
        ({"command": "a", "log": {"file_path": "x"}}, "neither `stdout` nor `stderr` is `file`"),
        ({"command": "a", "log": {"max_capture_kb": 0}}, "`$.log.max_capture_kb`"),
        ({"command": "a", "kill_grace_seconds": -1}, "`$.kill_grace_seconds`"),
        ({"command": "a", "idempotency": {"strategy": "marker"}}, "strategy `marker` needs `marker_path`"),
        ({"command": "a", "idempotency": {"strategy": "atomic_dir"}}, "needs `final_output_dir`"),
        ({"command": "a", "idempotency": {"marker_path": "x"}}, "`marker_path` goes with strategy `marker`"),
        ({"command": "a", "timeout": 3}, "unknown field `timeout`"),
    ],
)
def test_inputs_that_make_no_sense_are_refused(steps: StepRunner, inputs: Any, problem: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        steps.run(ExternalProcess, **inputs)
    assert problem in str(caught.value)
