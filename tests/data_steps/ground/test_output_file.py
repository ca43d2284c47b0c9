"""A file that a step writes is seen whole or not at all, and stays inside the job's directory."""

import hashlib
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.output_file import input_path, output_file
from tests.builtins.conftest import Context


def seen(ctx: Context) -> list[str]:
    return sorted(path.name for path in ctx.artifacts_dir.rglob("*"))


def test_the_file_appears_whole_after_the_block_with_its_size_and_digest(ctx: Any) -> None:
    with output_file(ctx, "daily/orders.csv") as file:
        file.write(b"a\n")
        file.write(memoryview(b"b\n"))
        assert not file.final.exists()
    assert file.final == ctx.artifacts_dir / "daily/orders.csv"
    assert file.final.read_bytes() == b"a\nb\n"
    assert (file.size_bytes, file.sha256) == (4, hashlib.sha256(b"a\nb\n").hexdigest())
    assert seen(ctx) == ["daily", "orders.csv"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_failure_leaves_nothing_and_an_older_file_as_it_was(ctx: Any, error: type[BaseException]) -> None:
    (ctx.artifacts_dir / "orders.csv").write_text("old")
    with pytest.raises(error), output_file(ctx, "orders.csv") as file:
        file.write(b"new")
        raise error
    assert seen(ctx) == ["orders.csv"]
    assert (ctx.artifacts_dir / "orders.csv").read_text() == "old"


def test_a_part_of_a_killed_attempt_is_removed_by_the_next_and_nobody_elses(ctx: Any) -> None:
    (ctx.artifacts_dir / ".orders.csv.0123456789ab.part").write_text("of another step")
    with output_file(ctx, "orders.csv"):
        (part,) = set(seen(ctx)) - {".orders.csv.0123456789ab.part"}
    (ctx.artifacts_dir / part).write_text("left by a killed attempt")
    with output_file(ctx, "orders.csv") as file:
        file.write(b"whole")
    assert seen(ctx) == [".orders.csv.0123456789ab.part", "orders.csv"]
    assert file.final.read_bytes() == b"whole"


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/etc/aetherflow-x", "", "out/x"])
def test_no_path_leads_out_of_the_job(ctx: Any, path: str, tmp_path: Path) -> None:
    (ctx.artifacts_dir / "out").symlink_to(tmp_path)
    with pytest.raises(StepFailed, match="path"), output_file(ctx, path):
        raise AssertionError
    assert not (tmp_path / "x").exists()


def test_a_link_under_the_name_is_replaced_and_not_followed(ctx: Any, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("untouched")
    (ctx.artifacts_dir / "x").symlink_to(outside)
    with output_file(ctx, "x") as file:
        file.write(b"inside")
    assert outside.read_text() == "untouched"
    assert not file.final.is_symlink()


def test_a_directory_under_the_name_is_said(ctx: Any) -> None:
    (ctx.artifacts_dir / "x").mkdir()
    with pytest.raises(StepFailed) as raised, output_file(ctx, "x", "save_to"):
        raise AssertionError
    assert raised.value.message == f'`save_to`: "{ctx.artifacts_dir}/x" is a directory'


@pytest.fixture
def small_files() -> Iterator[None]:
    """Let this process write no file beyond 4 KiB: to it, the disk is full there."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [5000, 5_000_000])
@pytest.mark.usefixtures("small_files")
def test_a_file_that_the_system_refuses_to_write_fails_the_step_in_words(ctx: Any, size: int) -> None:
    with pytest.raises(StepFailed) as raised, output_file(ctx, "x") as file:
        file.write(b"x" * size)
    assert raised.value.message == f'"{ctx.artifacts_dir}/x" cannot be written: file too large'
    assert seen(ctx) == []


def test_a_long_name_and_one_beyond_ascii_have_room(ctx: Any) -> None:
    for name in ("x" * 250, "é" * 120):
        with output_file(ctx, name) as file:
            file.write(b"1")
        assert file.final.name == name


def test_an_input_is_looked_up_among_the_artifacts_then_in_the_job(ctx: Any, tmp_path: Path) -> None:
    (ctx.artifacts_dir / "a.csv").write_text("artifact")
    (ctx.job_dir / "a.csv").write_text("job")
    (ctx.job_dir / "b.csv").write_text("job")
    (tmp_path / "c.csv").write_text("elsewhere")
    assert input_path(ctx, "a.csv") == ctx.artifacts_dir / "a.csv"
    assert input_path(ctx, "b.csv") == ctx.job_dir / "b.csv"
    assert input_path(ctx, str(tmp_path / "c.csv")) == tmp_path / "c.csv"


@pytest.mark.parametrize("path", ["absent.csv", "/absent.csv", "../c.csv", "link.csv", "."])
def test_an_input_that_is_not_there_leads_out_or_is_a_folder_is_said(ctx: Any, path: str, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("elsewhere")
    (ctx.artifacts_dir / "link.csv").symlink_to(tmp_path / "c.csv")
    with pytest.raises(StepFailed, match="`path`"):
        input_path(ctx, path)


def test_a_name_that_is_too_long_is_said(ctx: Any) -> None:
    name = "x" * 300
    with pytest.raises(StepFailed) as raised, output_file(ctx, name):
        raise AssertionError
    assert raised.value.message.endswith('" cannot be written: file name too long')
    with pytest.raises(StepFailed) as raised:
        input_path(ctx, name)
    assert raised.value.message.startswith(f'`path`: there is no file "{name}", ')
