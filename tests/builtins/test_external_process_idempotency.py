"""Repeating a command does no harm: markers, and directories that are replaced as a whole."""

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS
from aetherflow.core.builtins.steps.atomic_directory import AtomicDirectory
from aetherflow.core.builtins.steps.external_process import ExternalProcess
from aetherflow.core.contracts.errors import Interrupted
from tests.builtins.conftest import Context, StepRunner


def sh(script: str, **more: Any) -> dict[str, Any]:
    return {"command": script, "shell": True, **more}


def marked(path: str) -> dict[str, Any]:
    return {"strategy": "marker", "marker_path": path}


def atomic(final: Path | str, **more: Any) -> dict[str, Any]:
    return {"strategy": "atomic_dir", "final_output_dir": str(final), **more}


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Give a folder outside the job's directory."""
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder


# marker


def test_the_marker_is_written_on_success_and_makes_the_next_run_skipped(steps: StepRunner, outside: Path) -> None:
    marker = outside / "deep" / "done"
    script = sh("echo ran >> count", idempotency=marked(str(marker)))
    assert steps.run(ExternalProcess, **script).status == STEP_SUCCESS
    again = steps.run(ExternalProcess, **script)
    assert (again.status, again.reason) == (STEP_SKIPPED, f'the marker "{marker}" exists')
    assert (steps.ctx.job_dir / "count").read_text() == "ran\n"
    assert msgspec.json.decode(marker.read_bytes()) == {
        "flow_id": "flow",
        "run_id": "run-1",
        "job_id": "job",
        "step_id": "step",
    }


def test_a_relative_marker_is_inside_the_jobs_directory(steps: StepRunner, ctx: Context) -> None:
    steps.run(ExternalProcess, command=["true"], idempotency=marked("done"))
    assert (ctx.job_dir / "done").is_file()


@pytest.mark.parametrize(
    "inputs",
    [sh("exit 1"), sh("true", success={"require_files": ["x"]}), sh("echo no", parse="json")],
    ids=["exit code", "criteria", "parse"],
)
def test_a_failure_leaves_no_marker(steps: StepRunner, ctx: Context, inputs: dict[str, Any]) -> None:
    steps.failure(ExternalProcess, **inputs, idempotency=marked("done"))
    assert not (ctx.job_dir / "done").exists()


@pytest.mark.parametrize("path", ["../done", "link/done"])
def test_a_relative_marker_cannot_lead_out(steps: StepRunner, ctx: Context, outside: Path, path: str) -> None:
    (ctx.job_dir / "link").symlink_to(outside)
    failure = steps.failure(ExternalProcess, command=["true"], idempotency=marked(path))
    assert failure.message == f'`idempotency.marker_path`: "{path}" may lead out of the job\'s directory'


def test_a_dangling_link_is_a_marker_too(steps: StepRunner, ctx: Context, outside: Path) -> None:
    (ctx.job_dir / "done").symlink_to(outside / "nowhere")
    assert steps.run(ExternalProcess, command=["true"], idempotency=marked("done")).status == STEP_SKIPPED


def test_links_in_a_circle_are_no_crash(steps: StepRunner, ctx: Context) -> None:
    (ctx.job_dir / "loop").symlink_to("loop")
    failure = steps.failure(ExternalProcess, command=["true"], idempotency=marked("loop/done"))
    assert "cannot be written" in failure.message


def test_a_marker_that_cannot_be_written_is_told(steps: StepRunner, outside: Path) -> None:
    (outside / "file").touch()
    failure = steps.failure(ExternalProcess, command=["true"], idempotency=marked(f"{outside}/file/done"))
    assert failure.message == f'the marker "{outside}/file/done" cannot be written: file exists'


# atomic_dir


def test_the_directory_takes_its_place_on_success(steps: StepRunner, outside: Path) -> None:
    final = outside / "final"
    result = steps.run(
        ExternalProcess,
        **sh('echo "$AETHERFLOW_OUTPUT_DIR"; echo new > "$AETHERFLOW_OUTPUT_DIR/data"', idempotency=atomic(final)),
    )
    assert (final / "data").read_text() == "new\n"
    assert Path(result.outputs["stdout"]).parent == outside
    assert result.outputs["stdout"] != result.outputs["output_dir"] == str(final)
    assert names_in(outside) == ["final"]


def test_a_good_directory_is_replaced_as_a_whole(steps: StepRunner, outside: Path) -> None:
    final = outside / "final"
    final.mkdir()
    (final / "old").touch()
    steps.run(ExternalProcess, **sh('touch "$AETHERFLOW_OUTPUT_DIR/new"', idempotency=atomic(final)))
    assert names_in(final) == ["new"]
    assert names_in(outside) == ["final"]


@pytest.mark.parametrize(
    "more",
    [{"success": {"exit_codes": 9}}, {"success": {"require_files": ["x"]}}, {"parse": "json"}],
    ids=["exit code", "criteria", "parse"],
)
def test_a_failure_leaves_the_good_directory_alone(steps: StepRunner, outside: Path, more: dict[str, Any]) -> None:
    final = outside / "final"
    final.mkdir()
    (final / "good").touch()
    steps.failure(ExternalProcess, **sh('touch "$AETHERFLOW_OUTPUT_DIR/new"', idempotency=atomic(final), **more))
    assert names_in(final) == ["good"]
    assert names_in(outside) == ["final"]


def test_criteria_are_judged_inside_the_new_directory(steps: StepRunner, outside: Path) -> None:
    steps.run(
        ExternalProcess,
        **sh(
            'touch "$AETHERFLOW_OUTPUT_DIR/data.csv"',
            idempotency=atomic(outside / "final"),
            success={"require_files": ["data.csv"], "require_glob": "*.csv"},
        ),
    )


def test_a_named_temp_directory_is_the_output_directory_while_running(steps: StepRunner, ctx: Context) -> None:
    result = steps.run(
        ExternalProcess,
        **sh('echo "$AETHERFLOW_OUTPUT_DIR"', idempotency=atomic("final", temp_output_dir="build/tmp")),
    )
    assert result.outputs["stdout"] == str(ctx.job_dir / "build/tmp")
    assert names_in(ctx.job_dir / "build") == []
    assert (ctx.job_dir / "final").is_dir()


def test_what_a_killed_attempt_built_is_cleaned_before_the_next(steps: StepRunner, outside: Path) -> None:
    temp, final = outside / "temp", outside / "final"
    killed = AtomicDirectory(final, temp)
    killed.begin()
    (temp / "half").touch()
    steps.run(ExternalProcess, command=["true"], idempotency=atomic(final, temp_output_dir=str(temp)))
    assert names_in(final) == []
    assert names_in(outside) == ["final"]


def test_a_directory_that_we_did_not_make_is_never_cleaned(steps: StepRunner, outside: Path) -> None:
    temp = outside / "temp"
    temp.mkdir()
    (temp / "precious").touch()
    failure = steps.failure(
        ExternalProcess, command=["true"], idempotency=atomic(outside / "final", temp_output_dir=str(temp))
    )
    assert failure.message == f'the directory "{temp}" holds files and was not made by this step'
    assert names_in(temp) == ["precious"]


def test_a_directory_swapped_for_another_while_running_is_not_cleaned(steps: StepRunner, outside: Path) -> None:
    temp = outside / "temp"
    script = f"mv {temp} {temp}.away; mkdir {temp}; touch {temp}/precious; exit 1"
    steps.failure(ExternalProcess, **sh(script, idempotency=atomic(outside / "final", temp_output_dir=str(temp))))
    assert names_in(temp) == ["precious"]


def test_links_are_never_followed(steps: StepRunner, outside: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").touch()
    for name in ("temp", "final"):
        (outside / name).symlink_to(precious)
        paths = {"final": outside / "other", "temp": outside / "build", name: outside / name}
        failure = steps.failure(
            ExternalProcess, command=["true"], idempotency=atomic(paths["final"], temp_output_dir=str(paths["temp"]))
        )
        assert failure.message == f'"{outside / name}" is a symbolic link'
    assert names_in(precious) == ["file"]


def test_a_link_put_in_place_of_the_new_directory_is_not_followed(
    steps: StepRunner, outside: Path, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").touch()
    script = f'rmdir "$AETHERFLOW_OUTPUT_DIR"; ln -s {precious} "$AETHERFLOW_OUTPUT_DIR"'
    failure = steps.failure(ExternalProcess, **sh(script, idempotency=atomic(outside / "final")))
    assert "is a symbolic link" in failure.message
    assert names_in(precious) == ["file"]


def test_a_link_inside_the_new_directory_is_removed_not_followed(
    steps: StepRunner, outside: Path, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").touch()
    script = f'ln -s {precious} "$AETHERFLOW_OUTPUT_DIR/link"; exit 1'
    steps.failure(ExternalProcess, **sh(script, idempotency=atomic(outside / "final")))
    assert names_in(precious) == ["file"]
    assert names_in(outside) == []


def test_a_command_that_removes_its_output_directory_fails_and_the_good_one_stays(
    steps: StepRunner, outside: Path
) -> None:
    final = outside / "final"
    final.mkdir()
    failure = steps.failure(ExternalProcess, **sh('rmdir "$AETHERFLOW_OUTPUT_DIR"', idempotency=atomic(final)))
    assert failure.message.startswith("the command removed its own output directory")
    assert names_in(outside) == ["final"]


@pytest.mark.parametrize(
    ("final", "temp"), [("a", "a"), ("a", "a/b"), ("a/b", "a")], ids=["same", "temp in final", "final in temp"]
)
def test_directories_inside_each_other_are_refused(steps: StepRunner, final: str, temp: str) -> None:
    failure = steps.failure(ExternalProcess, command=["true"], idempotency=atomic(final, temp_output_dir=temp))
    assert "lie one inside the other" in failure.message


@pytest.mark.parametrize("final", [".", "/"])
def test_the_jobs_own_directory_is_never_replaced(steps: StepRunner, final: str) -> None:
    failure = steps.failure(ExternalProcess, command=["true"], idempotency=atomic(final))
    assert "holds the job's own directory" in failure.message


@pytest.mark.parametrize("key", ["final_output_dir", "temp_output_dir"])
def test_relative_directories_cannot_lead_out(steps: StepRunner, key: str) -> None:
    failure = steps.failure(ExternalProcess, command=["true"], idempotency={**atomic("final"), key: "../x"})
    assert failure.message == f'`idempotency.{key}`: "../x" may lead out of the job\'s directory'


def test_a_file_in_the_place_of_the_final_directory_is_refused_before_the_command_runs(
    steps: StepRunner, ctx: Context, outside: Path
) -> None:
    (outside / "final").touch()
    failure = steps.failure(ExternalProcess, command=["touch", "ran"], idempotency=atomic(outside / "final"))
    assert failure.message == f'"{outside}/final" exists and is not a directory'
    assert not (ctx.job_dir / "ran").exists()


def test_a_swap_that_fails_half_way_restores_the_good_directory(outside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    final, temp = outside / "final", outside / "temp"
    final.mkdir()
    (final / "good").touch()
    directory = AtomicDirectory(final, temp)
    directory.begin()
    rename = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        if path == temp:
            raise Interrupted(2)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(Interrupted):
        directory.publish()
    directory.discard()
    assert names_in(final) == ["good"]
    assert names_in(outside) == ["final"]


def test_a_process_killed_in_the_middle_of_a_swap_is_mended_by_the_next(outside: Path) -> None:
    final, temp = outside / "final", outside / "temp"
    final.mkdir()
    (final / "good").touch()
    directory = AtomicDirectory(final, temp)
    directory.begin()
    final.rename(outside / ".final.aetherflow-old")  # killed here
    AtomicDirectory(final, temp).begin()
    assert names_in(final) == ["good"]


def test_a_process_killed_right_after_a_swap_is_tidied_up_by_the_next(outside: Path) -> None:
    final, temp = outside / "final", outside / "temp"
    final.mkdir()
    directory = AtomicDirectory(final, temp)
    directory.begin()
    (temp / "new").touch()
    final.rename(outside / ".final.aetherflow-old")
    temp.rename(final)  # killed here
    again = AtomicDirectory(final, temp)
    again.begin()
    assert names_in(final) == ["new"]
    again.discard()
    assert names_in(outside) == ["final"]


def test_a_timeout_cleans_up_too(steps: StepRunner, ctx: Context, outside: Path) -> None:
    ctx.timeout_seconds = 0.2
    failure = steps.failure(
        ExternalProcess, **sh('touch "$AETHERFLOW_OUTPUT_DIR/x"; sleep 30', idempotency=atomic(outside / "final"))
    )
    assert failure.timed_out
    assert names_in(outside) == []


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="needs a second file system")
def test_directories_on_different_file_systems_are_refused_before_the_command_runs(
    steps: StepRunner, outside: Path
) -> None:
    shared = Path("/dev/shm/aetherflow-test")
    if shared.parent.stat().st_dev == outside.stat().st_dev:
        pytest.skip("one file system only")
    failure = steps.failure(
        ExternalProcess, command=["true"], idempotency=atomic(outside / "final", temp_output_dir=str(shared))
    )
    assert failure.message == f'"{shared}" and "{outside}/final" are on different file systems'
