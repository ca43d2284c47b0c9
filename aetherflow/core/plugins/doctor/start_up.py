"""What Python looks at when it starts, before aetherflow has a say."""

import os
import site
import sys
from collections.abc import Mapping

from msgspec import Struct

from aetherflow.core.plugins.distributions import site_folders


class StartUp(Struct, frozen=True, kw_only=True):
    """The folders whose .pth files count, those in which modules are searched, and what PYTHONPATH adds to them.

    ``modules`` are imported by Python itself, where there are any; what lies in ``library`` came with Python.
    """

    site_folders: tuple[str, ...]
    search_path: tuple[str, ...]
    python_path: tuple[str, ...] = ()
    modules: tuple[str, ...] = ("sitecustomize", "usercustomize")
    library: str = ""


def this_start_up(environ: Mapping[str, str]) -> StartUp:
    """Tell how the running Python started; `environ` is what it was started with."""
    named = "" if sys.flags.ignore_environment else environ.get("PYTHONPATH", "")
    # What Python puts first for a script or `-m` comes after the site modules were imported.
    searched = sys.path if sys.flags.safe_path else sys.path[1:]
    if sys.flags.no_site:
        return StartUp(site_folders=(), search_path=tuple(searched), python_path=_entries(named), modules=())
    return StartUp(
        site_folders=tuple(dict.fromkeys(site_folders("internal_fast"))),
        search_path=tuple(searched),
        python_path=_entries(named),
        modules=("sitecustomize", "usercustomize") if site.ENABLE_USER_SITE else ("sitecustomize",),
        library=os.path.dirname(os.__file__),  # noqa: PTH120  # as text, to be compared with the entries of sys.path
    )


def _entries(path: str) -> tuple[str, ...]:
    return tuple(path.split(os.pathsep)) if path else ()
