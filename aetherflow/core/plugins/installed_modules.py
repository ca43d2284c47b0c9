"""Whether a module is there, without importing it."""

import sys
from functools import cache
from importlib.util import find_spec


@cache
def is_installed(name: str) -> bool:
    """Tell whether a module of one word can be found; to find what is inside a package would run the package."""
    if name in sys.stdlib_module_names or name in sys.modules:
        return True
    try:
        return find_spec(name) is not None
    except Exception:  # noqa: BLE001  # finders of others run here: editable installs bring their own
        return True
