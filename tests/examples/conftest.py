"""Fixtures of the examples: a shell, and Pythons in which packages of plugins are installed."""

from pathlib import Path

import pytest

from tests.examples.guide import samples
from tests.examples.shell import Shell
from tests.support.fresh_python import FreshPython, build_wheel, make_python
from tests.support.project import REPOSITORY

EXAMPLE = REPOSITORY / "plugins_example" / "my-org-aetherflow-plugin"
INSTALL = samples("3.2")[1]

#: The guide prints no pyproject.toml: this is the least there can be, and it has no entry point.
LEAST_PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "my-org-aetherflow-plugin"
version = "0.1"
[tool.hatch.build.targets.wheel]
packages = ["src/my_org_aetherflow_plugin"]
"""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Give a shell in an empty project."""
    return Shell(tmp_path)


@pytest.fixture(scope="session")
def python_with_example(tmp_path_factory: pytest.TempPathFactory) -> FreshPython:
    """Give a Python in which the example package has been installed, entry point and all."""
    return _installed(tmp_path_factory.mktemp("example"), EXAMPLE)


@pytest.fixture(scope="session")
def python_with_guides_package(tmp_path_factory: pytest.TempPathFactory) -> FreshPython:
    """Give a Python in which the guide's own package has been installed; it has no entry point."""
    folder = tmp_path_factory.mktemp("guide")
    source = folder / "my-org-aetherflow-plugin"
    package = source / "src" / "my_org_aetherflow_plugin"
    package.mkdir(parents=True)
    (source / "pyproject.toml").write_text(LEAST_PYPROJECT)
    (package / "__init__.py").write_text(samples("3.2")[3])
    (package / "steps.py").write_text(samples("4")[0])
    (package / "connectors.py").write_text(samples("5")[0])
    return _installed(folder, source)


def _installed(folder: Path, source: Path) -> FreshPython:
    fresh = make_python(folder)
    build_wheel(source, fresh)
    outcome = Shell(folder, fresh.commands, fresh.env).run(INSTALL)
    assert outcome.exit_code == 0, outcome.stderr
    return fresh
