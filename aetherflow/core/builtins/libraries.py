"""Libraries that come with an extra: imported where they are wanted, and what is said where one is not there."""

from importlib import import_module
from typing import Any

from aetherflow.core.api import StepFailed


def needed(module: str, extra: str) -> Any:
    """Import a library; raises StepFailed, with the command that installs it, where it is not there or cannot load."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        library = error.name or module
        raise StepFailed(f"this needs the library {library}, which is not installed", hint=command(extra)) from None
    except ImportError as error:
        reason = str(error).split("\n")[0]
        raise StepFailed(f"the library {module} cannot be imported: {reason}", hint=command(extra)) from None


def is_installed(module: str) -> bool:
    """Tell whether a library is there, without importing it."""
    from importlib.util import find_spec  # deferred: only wanted where a library is asked for

    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # a package around it is not there either
        return False


def command(extra: str) -> str:
    """Give the command that installs what an extra brings."""
    return f"pip install 'aetherflow[{extra}]'"
