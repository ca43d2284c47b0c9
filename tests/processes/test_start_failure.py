"""A program that cannot be started is explained by the file that is to blame, never by an errno."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from aetherflow.core.contracts.process import StreamMode
from aetherflow.core.processes.start_failure import ProcessStartError
from tests.processes.running import hide_secret, run

PATH = "/usr/bin:/bin"


def refusal(*argv: str, **given: object) -> tuple[str, str | None]:
    with pytest.raises(ProcessStartError) as caught:
        run(*argv, **given)
    return caught.value.message, caught.value.hint


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "script"
        path.write_text(text)
        path.chmod(0o755)
        return path

    return write


def test_a_missing_program_is_named_with_the_path_that_was_searched() -> None:
    assert refusal("no-such-program", env={"PATH": PATH}) == (
        'program "no-such-program" was not found',
        "PATH was searched: /usr/bin:/bin; install it, or give its full path",
    )


def test_a_whole_command_line_taken_for_a_program_is_recognised() -> None:
    assert refusal("ls -l /tmp | wc", env={"PATH": PATH}) == (
        'program "ls -l /tmp | wc" was not found',
        "this is one word with spaces in it: give the program and its arguments as items of their own",
    )


def test_a_missing_program_with_a_relative_path_is_looked_for_in_the_working_directory(tmp_path: Path) -> None:
    assert refusal("./run.sh", cwd=tmp_path) == (
        'program "./run.sh" does not exist',
        f'it was looked for in "{tmp_path}"',
    )


def test_a_missing_program_with_a_full_path_is_named() -> None:
    assert refusal("/no/such/program") == ('program "/no/such/program" does not exist', None)


def test_a_directory_is_no_program(tmp_path: Path) -> None:
    assert refusal(str(tmp_path)) == (f'"{tmp_path}" is a directory, not a program', None)


def test_a_file_that_is_not_executable_says_how_to_make_it_so(tmp_path: Path) -> None:
    path = tmp_path / "run.sh"
    path.write_text("#!/bin/sh\n")
    assert refusal("./run.sh", cwd=tmp_path) == (
        '"./run.sh" is not executable',
        f"`chmod +x {path}`, or name its interpreter in front of it",
    )


def test_a_missing_interpreter_is_told_from_a_missing_script(script: Callable[[str], Path]) -> None:
    path = script("#!/usr/bin/no-such-python -u\nprint(1)\n")
    assert refusal(str(path)) == (
        f'the interpreter "/usr/bin/no-such-python" of the script "{path}" does not exist',
        'correct its first line ("#!…"), or name the interpreter in front of the script',
    )


def test_windows_line_ends_after_the_interpreter_are_recognised(script: Callable[[str], Path]) -> None:
    path = script("#!/bin/sh\r\necho hi\r\n")
    assert refusal(str(path)) == (
        f'the interpreter "/bin/sh" of the script "{path}" does not exist',
        "the script has Windows line ends: save it with Unix ones",
    )


def test_a_file_that_is_no_program_is_told(script: Callable[[str], Path]) -> None:
    path = script("just some text\n")
    assert refusal(str(path)) == (
        f'"{path}" is no program that this system can run',
        'begin a script with "#!" and its interpreter, or name the interpreter in front of it',
    )


def test_a_missing_working_directory_is_not_mistaken_for_a_missing_program(tmp_path: Path) -> None:
    assert refusal("true", cwd=tmp_path / "gone") == (
        f'the working directory "{tmp_path}/gone" does not exist',
        "create it in an earlier step, or change `cwd`",
    )


def test_a_file_as_working_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert refusal("true", cwd=tmp_path / "file")[0] == f'the working directory "{tmp_path}/file" is not a directory'


def test_arguments_beyond_the_systems_limit_are_told_with_their_size() -> None:
    message, hint = refusal("true", "x" * 4_000_000, env={"PATH": PATH})
    assert message == "the arguments and the environment are too long for the system (4000021 bytes)"
    assert hint == "hand large values over by stdin or in a file"


def test_a_nul_character_is_told() -> None:
    assert refusal("echo", "a\0b")[0] == "the command, its directory or its environment holds a NUL character"


def test_text_that_cannot_be_encoded_is_told() -> None:
    assert 'program "echo" could not be started: ' in refusal("echo", "\ud800")[0]


def test_a_bad_variable_name_is_told() -> None:
    assert refusal("true", env={"A=B": "c"})[0] == '"A=B" is no name for an environment variable'


@pytest.mark.parametrize("argv", [(), ("",)])
def test_an_empty_command_is_told(argv: tuple[str, ...]) -> None:
    assert refusal(*argv)[0] == "the command is empty"


def test_secrets_in_the_message_are_masked() -> None:
    assert refusal("/opt/opensesame", mask=hide_secret) == ('program "/opt/***" does not exist', None)


def test_an_output_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    assert refusal("true", stdout=StreamMode.FILE, output_file=tmp_path) == (
        f'the output file "{tmp_path}" cannot be written: is a directory',
        None,
    )


def test_too_many_open_files_are_told() -> None:
    taken: list[int] = []
    try:
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
        while True:
            try:
                taken.append(os.dup(0))
            except OSError:
                break
        assert refusal("true") == (
            "too many files are open to start another process",
            "raise the limit (`ulimit -n`)",
        )
    finally:
        for descriptor in taken:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
