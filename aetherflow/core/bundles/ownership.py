"""Whose the cache is: where other users may write, what is on record need not be what was fetched."""

import os
from collections.abc import Iterable
from pathlib import Path
from stat import S_ISLNK, S_IWGRP, S_IWOTH

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import PluginRefused

_ROOT = 0
_OTHERS_MAY_WRITE = S_IWGRP | S_IWOTH


class CacheNotOurs(PluginRefused):
    """A cache that another user may have filled."""


def require_own(folders: Iterable[Path], *, inner: Iterable[Path]) -> None:
    """Raise CacheNotOurs for a folder that another user has made or may write to; what is not there is nobody's.

    The ``inner`` ones may be no links either: they are emptied, and what they lead to would be.
    """
    inner = tuple(inner)
    for folder in (*folders, *inner):
        if problem := _problem(folder, may_be_link=folder not in inner):
            raise CacheNotOurs.of(
                Diagnostic(
                    code="AF-B226",
                    message=f'the cache of bundles cannot be trusted: "{folder}" {problem}',
                    hint="see who has put there what, then remove the folder, or set AETHERFLOW_STATE_ROOT to one of"
                    " your own; bundles are fetched anew",
                )
            )


def _problem(folder: Path, *, may_be_link: bool) -> str | None:
    try:
        named, status = folder.lstat(), folder.stat()
    except OSError:  # whoever uses it says what is wrong with it
        return None
    if not {named.st_uid, status.st_uid} <= {_ROOT, os.geteuid()}:
        return "belongs to another user"
    if status.st_mode & _OTHERS_MAY_WRITE:
        return "may be written to by other users"
    if S_ISLNK(named.st_mode) and not may_be_link:
        return "is a symbolic link"
    return None
