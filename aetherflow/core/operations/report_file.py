"""Where a report is written: whole or not at all, over an older report, and over nothing else unless that is wished."""

import os
import re
import stat
from pathlib import Path

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.operations.report.page import BEGINNING
from aetherflow.core.operations.report_run import RunPage
from aetherflow.core.runner.workspaces import write_atomic


def write_report(page: RunPage, target: Path | None, *, overwrites: bool) -> Path:
    """Write a page and give the place; without a target, or into a folder, the name is FLOW-RUN.html.

    Raises InputError where the place is taken by what is no report, unless it ``overwrites``, or cannot be written.
    """
    file = target or Path()
    if file.is_dir():
        file /= _name(page)
    try:
        kind = _kind(file)
        if kind is not None and not stat.S_ISREG(kind):
            file.write_text(page.html, encoding="utf-8")  # a device or a pipe is written to, not replaced
            return file
        if kind is not None and not overwrites and not _is_report(file):
            raise _taken(file)
        true_file = Path(os.path.realpath(file))  # a link stays, and leads to the new page
        write_atomic(true_file.parent, true_file.name, page.html)
    except (OSError, ValueError) as error:
        raise _unwritable(file, error) from error
    return file


def _name(page: RunPage) -> str:
    return re.sub(r"[^\w.-]", "_", f"{page.run.flow_id}-{page.run.run_id}.html", flags=re.ASCII)


def _kind(file: Path) -> int | None:
    try:
        return file.stat().st_mode
    except FileNotFoundError:
        return None


def _is_report(file: Path) -> bool:
    beginning = BEGINNING.encode()
    with file.open("rb") as opened:
        return opened.read(len(beginning)) == beginning


def _taken(file: Path) -> InputError:
    return InputError.of(
        Diagnostic(
            code="AF-R506",
            message=f'"{file}" is there, and is no report of a run',
            hint="name another file after -o, or overwrite it with --force",
        )
    )


def _unwritable(file: Path, error: OSError | ValueError) -> InputError:
    why = error.strerror if isinstance(error, OSError) else str(error)
    return InputError.of(
        Diagnostic(
            code="AF-R507",
            message=f'the report cannot be written to "{file}": {why}',
            hint="name a file that you may write after -o, or - for standard output",
        )
    )
