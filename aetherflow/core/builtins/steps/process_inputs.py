"""The inputs of ``external.process``, typed; what is wrong across several of them is said here too.

A refusal names the input that it is about first, in backticks, and says what to do after a semicolon.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from aetherflow.core.api import StreamMode

#: What may stand for a word of a command; numbers and booleans become text as YAML shows them.
Scalar = str | int | float | bool

_IDEMPOTENCY_NEEDS = {
    "allOf": [
        {
            "if": {"properties": {"strategy": {"const": strategy}}, "required": ["strategy"]},
            "then": {"required": [path]},
        }
        for strategy, path in (("marker", "marker_path"), ("atomic_dir", "final_output_dir"))
    ]
}


def as_tuple(value: Any) -> tuple[Any, ...]:
    """Give one value or several as several."""
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else (value,)


def _refuse(is_wrong: bool, message: str) -> None:
    if is_wrong:
        raise ValueError(message)


class LogSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes of the command's output."""

    stdout: StreamMode = StreamMode.CAPTURE
    stderr: StreamMode = StreamMode.INHERIT
    file_path: Annotated[
        str | None, Meta(description="For streams in mode file; default: <step id>.log among the artifacts.")
    ] = None
    max_capture_kb: Annotated[int, Meta(gt=0, description="The cap on what is captured of each stream.")] = 4096

    def __post_init__(self) -> None:
        _refuse(
            self.file_path is not None and StreamMode.FILE not in (self.stdout, self.stderr),
            "`file_path` is given, but neither `stdout` nor `stderr` is `file`; set one of them to `file`",
        )


class SuccessCriteria(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must hold for the command to count as a success."""

    exit_codes: Annotated[int | tuple[int, ...], Meta(description="Minus N: ended by signal N.")] = (0,)
    require_files: tuple[str, ...] = ()
    require_glob: Annotated[str | tuple[str, ...], Meta(description="Each must match at least one path.")] = ()
    forbid_files: Annotated[tuple[str, ...], Meta(description="Paths or globs that must match nothing.")] = ()
    marker_file: Annotated[str | None, Meta(description="A file that the command leaves when it is done.")] = None

    def accepts(self, exit_code: int) -> bool:
        """Tell whether an exit code counts as a success."""
        return exit_code in as_tuple(self.exit_codes)


class Idempotency(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a repetition of the command is made harmless."""

    strategy: Literal["none", "marker", "atomic_dir"] = "none"
    marker_path: Annotated[str | None, Meta(description="Written on success; where it exists the step is SKIPPED.")] = (
        None
    )
    temp_output_dir: Annotated[str | None, Meta(description="Where the output is built.")] = None
    final_output_dir: Annotated[str | None, Meta(description="What the output replaces once it is good.")] = None

    def __post_init__(self) -> None:
        is_marker, is_atomic = self.strategy == "marker", self.strategy == "atomic_dir"
        _refuse(is_marker and not self.marker_path, "strategy `marker` needs `marker_path`")
        _refuse(is_atomic and not self.final_output_dir, "strategy `atomic_dir` needs `final_output_dir`")
        _refuse(not is_marker and self.marker_path is not None, "`marker_path` goes with strategy `marker`")
        _refuse(
            not is_atomic and (self.temp_output_dir or self.final_output_dir) is not None,
            "`temp_output_dir` and `final_output_dir` go with strategy `atomic_dir`",
        )


class ProcessInputs(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A command and everything around it."""

    command: Annotated[
        str | tuple[Scalar, ...], Meta(description="A list of words; a string is split as a shell would.")
    ]
    args: Annotated[tuple[Scalar, ...], Meta(description="Further words; with `shell`, $1 and the following.")] = ()
    shell: Annotated[bool, Meta(description="Give `command`, a string, whole to /bin/sh -c.")] = False
    cwd: Annotated[str | None, Meta(description="Default: the job's directory; a relative path is inside it.")] = None
    env: Annotated[dict[str, Scalar | None], Meta(description="Laid over the environment; null is empty.")] = {}
    inherit_env: Annotated[bool, Meta(description="false: PATH, HOME and LANG only.")] = True
    stdin: Annotated[Any, Meta(description="Text for the command; lists and mappings are written as JSON.")] = None
    kill_grace_seconds: Annotated[float, Meta(ge=0, description="From SIGTERM to SIGKILL when it is ended.")] = 15.0
    log: LogSettings = LogSettings()
    parse: Annotated[
        Literal["text", "json", "lines"] | None, Meta(description="How captured stdout becomes the output `value`.")
    ] = None
    success: SuccessCriteria = SuccessCriteria()
    idempotency: Annotated[Idempotency, Meta(extra_json_schema=_IDEMPOTENCY_NEEDS)] = Idempotency()

    def __post_init__(self) -> None:
        _refuse(not self.command or self.command == ("",), "`command` is empty; name a program, as in `[ls, -l]`")
        _refuse(
            self.shell and not isinstance(self.command, str),
            "`shell: true` takes `command` as one string; write it as one, or remove `shell`",
        )
        _refuse(
            self.parse is not None and self.log.stdout is not StreamMode.CAPTURE,
            f"`parse` reads captured output, but `log.stdout` is `{self.log.stdout}`; "
            "remove `parse`, or set `log.stdout` to `capture`",
        )
        _refuse_nul({"command": as_tuple(self.command), "args": self.args, "env": self.env.values()})
        if isinstance(self.command, str) and not self.shell:
            _refuse_open_quote(self.command)


def _refuse_nul(texts: Mapping[str, Iterable[Any]]) -> None:
    for name, values in texts.items():
        _refuse(
            any(isinstance(value, str) and "\0" in value for value in values),
            f"`{name}` holds a NUL character, which no program can be given; "
            "in double quotes YAML reads \\0 as NUL: use single quotes",
        )


def _refuse_open_quote(command: str) -> None:
    if not command.strip():
        _refuse(True, "`command` is empty; name a program, as in `[ls, -l]`")
    if not any(sign in command for sign in "'\"\\"):
        return
    import shlex  # deferred: only wanted where there is something to read

    try:
        shlex.split(command)
    except ValueError as error:
        what = str(error).lower()
        _refuse(True, f"`command` cannot be split into words: {what}; write it as a list, which needs no quoting")
