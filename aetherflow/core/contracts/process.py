"""What a plugin says of a child process that it wants, and what it learns of how that ended."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct


class StreamMode(StrEnum):
    """What becomes of a child's stdout or stderr.

    Example::

        @register_step("build")
        def build(ctx, inputs):
            ctx.run_process(["make"], stdout=StreamMode.FILE, output_file="build.log")  # or: stdout="file"
    """

    INHERIT = "inherit"  # forwarded live, masked, to the runner's stderr
    CAPTURE = "capture"  # kept, up to a cap
    FILE = "file"  # written, masked, to a file in the job's directory
    DISCARD = "discard"


class ProcessRequest(Struct, frozen=True, kw_only=True):
    """A child process to run to its end. Sizes are bytes, times seconds."""

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str]
    stdin: str | None = None  # text for the child, None: /dev/null
    stdout: StreamMode = StreamMode.CAPTURE
    stderr: StreamMode = StreamMode.INHERIT
    output_file: Path | None = None  # for the streams in mode FILE
    max_capture_bytes: int = 4096 * 1024
    timeout_seconds: float | None = None
    kill_grace_seconds: float = 15.0


class ProcessResult(Struct, frozen=True, kw_only=True):
    """How a child process ended.

    ``exit_code`` is the child's, or minus the signal's number. ``stdout`` and ``stderr`` hold what was captured (empty
    in the other modes); ``tail`` the last lines of stderr (else stdout) whatever the mode, for error messages.

    Example::

        @register_step("revision")
        def revision(ctx, inputs):
            ran = ctx.run_process(["git", "rev-parse", "HEAD"])
            if ran.exit_code:
                raise StepFailed(f"git says: {ran.tail}")
            return {"revision": ran.stdout.decode().strip()}
    """

    exit_code: int
    stdout: bytes = b""
    stderr: bytes = b""
    stdout_truncated: bool = False
    stderr_truncated: bool = False
    tail: str = ""
    timed_out: bool = False
    timeout_seconds: float | None = None  # what the child was given at most
    duration_seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    lost_output: str | None = None  # why not all output is in the file that it was to be written to
