"""The programs that we are measured against: Python with the libraries alone, and `just`."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_cache_path

IMPORTS = (sys.executable, "-c", "import typer, yaml, sqlite3")
LOAD_YAML = (
    "import gc, sys, yaml; gc.disable(); yaml.load(open(sys.argv[1], encoding='utf-8').read(), Loader=yaml.CSafeLoader)"
)


def load_yaml(path: Path) -> tuple[str, ...]:
    """Give the command that loads a file with libyaml's safe loader and does nothing else."""
    return (sys.executable, "-c", LOAD_YAML, str(path))


def just_program() -> str:
    """Give the path of `just`, installed on first use into a virtual environment in the user's cache."""
    environment = user_cache_path("aetherflow-benchmarks") / "just"
    program = environment / "bin" / "just"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        subprocess.run([str(environment / "bin" / "pip"), "install", "--quiet", "rust-just"], check=True)
    return str(program)


def run_quietly(command: tuple[str, ...], folder: Path, env: Mapping[str, str]) -> None:
    """Run a command to its end, its output thrown away; it must succeed."""
    subprocess.run(
        command,
        cwd=folder,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
