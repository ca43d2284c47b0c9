"""What an import brings along, seen from a fresh interpreter."""

import subprocess
import sys

CODE = """
import importlib, sys
known = set(sys.modules)
importlib.import_module(sys.argv[1])
sys.exit(sys.argv[2] in set(sys.modules) - known)
"""


def brings_along(module: str, other: str) -> bool:
    """Tell whether importing a module imports another one."""
    return subprocess.run([sys.executable, "-c", CODE, module, other], check=False).returncode != 0
