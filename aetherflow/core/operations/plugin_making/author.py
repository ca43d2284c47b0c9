"""Who keeps a new plugin: whom git knows as the author of what is committed here."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from aetherflow.core.contracts.process import ProcessRequest, StreamMode
from aetherflow.core.processes.child import ProcessStartError, run_child
from aetherflow.core.processes.interrupts import interruptible

NOBODY = "Your Name"
_SECONDS = 5.0
_LONGEST = 200


def author_of(folder: Path, environ: Mapping[str, str]) -> str:
    """Give `user.name` of git in a folder, which need not exist yet; a placeholder where there is none."""
    program = shutil.which("git", path=environ.get("PATH", os.defpath))
    existing = next((each for each in (folder, *folder.parents) if each.is_dir()), None)
    if program is None or existing is None:
        return NOBODY
    said = _said(
        ProcessRequest(
            argv=(program, "config", "user.name"),
            cwd=existing,
            env=environ,
            stderr=StreamMode.DISCARD,
            timeout_seconds=_SECONDS,
            kill_grace_seconds=1.0,
        )
    )
    shown = "".join(sign if sign.isprintable() else " " for sign in said.decode("utf-8", "ignore"))
    return " ".join(shown.split())[:_LONGEST] or NOBODY


def _said(request: ProcessRequest) -> bytes:
    """Give what git says, nothing where it says so by its exit code; a signal ends it before us."""
    try:
        ran = interruptible(lambda gate: run_child(request, forward=lambda line: None, mask=str, gate=gate))
    except ProcessStartError:
        return b""
    return ran.stdout if ran.exit_code == 0 else b""
