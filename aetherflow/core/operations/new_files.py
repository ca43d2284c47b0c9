"""Files written into a folder of a project or plugin that is begun; none that is there is overwritten."""

import os
from collections.abc import Mapping
from pathlib import Path

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError, system_reason

#: Nobody else may write to them, whatever the umask is: code that others can change is told by `plugins doctor`.
_FOLDER_MODE, _FILE_MODE = 0o755, 0o644


def write_new_files(folder: Path, contents: Mapping[str, str]) -> None:
    """Write each text under its path below the folder, which is made; raises InputError where that cannot be done."""
    try:
        for name, text in contents.items():
            path = folder / name
            for missing in reversed([each for each in path.parents if not each.exists()]):
                missing.mkdir(_FOLDER_MODE, exist_ok=True)
            # Whatever came there between a look and now stays as it is.
            with open(path, "x", encoding="utf-8", opener=_opened) as file:  # Path.open has no opener
                file.write(text)
    except OSError as error:
        raise InputError.of(_unwritable(folder, error)) from None


def _opened(path: str, flags: int) -> int:
    return os.open(path, flags, _FILE_MODE)


def _unwritable(folder: Path, error: OSError) -> Diagnostic:
    return Diagnostic(
        code="AF-R602",
        message=f'nothing new can be written to "{folder}": {system_reason(error)}: "{error.filename}"',
        hint="name a directory that can be written to",
    )
