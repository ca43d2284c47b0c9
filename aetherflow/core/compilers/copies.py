"""What was compiled of sources, kept for when they cannot be asked: private files, one for each source.

A copy that is corrupt, of another owner, or not what its digest says is as good as none.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from aetherflow.core.documents.regular_files import read_own
from aetherflow.core.documents.source import MAX_DOCUMENT_BYTES
from aetherflow.core.state.private_files import replace_private

FOLDER_NAME = "compiled-flows"
MOST_COPIES = 200
_LARGEST_BYTES = 2 * MAX_DOCUMENT_BYTES
_FORM: Literal["aetherflow flow copy 1"] = "aetherflow flow copy 1"


class FlowCopy(Struct, frozen=True, kw_only=True):
    """A flow as it was compiled. ``source`` is its URI as it may be shown, ``taken_at`` UTC seconds since 1970."""

    source: str
    text: str
    digest: str
    taken_at: float
    validators: Mapping[str, str] = {}
    form: Literal["aetherflow flow copy 1"] = _FORM


def copy_of(source: str, text: str, validators: Mapping[str, str], taken_at: float) -> FlowCopy:
    """Make the copy of a flow."""
    return FlowCopy(source=source, text=text, digest=_digest(text), taken_at=taken_at, validators=dict(validators))


class FlowCopies:
    """The copies of one user, below the state folder. ``identity`` tells one source from all others."""

    def __init__(self, state_root: Path) -> None:
        self._folder = state_root / FOLDER_NAME

    def find(self, identity: tuple[str, ...]) -> FlowCopy | None:
        """Give the copy of a source, if there is one that can be trusted."""
        try:
            found = msgspec.json.decode(read_own(self._path(identity), _LARGEST_BYTES), type=FlowCopy)
        except (OSError, msgspec.DecodeError):
            return None
        return found if found.digest == _digest(found.text) else None

    def keep(self, identity: tuple[str, ...], copy: FlowCopy) -> bool:
        """Put a copy in the place of an older one; gives whether that could be done. Nothing depends on it."""
        try:
            replace_private(self._path(identity), msgspec.json.encode(copy))
            self._forget_oldest()
        except OSError:
            return False
        return True

    def _path(self, identity: tuple[str, ...]) -> Path:
        return self._folder / f"{_digest(chr(0).join(identity)).removeprefix('sha256:')}.json"

    def _forget_oldest(self) -> None:
        copies = [entry for entry in os.scandir(self._folder) if entry.name.endswith(".json")]
        if len(copies) > MOST_COPIES:
            for entry in sorted(copies, key=lambda each: each.stat().st_mtime)[:-MOST_COPIES]:
                Path(entry.path).unlink(missing_ok=True)


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
