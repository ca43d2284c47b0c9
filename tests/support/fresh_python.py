"""A Python of its own, in which plugins are installed as people install them, and nothing is fetched for it."""

import subprocess
import sys
import venv
from pathlib import Path
from sysconfig import get_path

from msgspec import Struct

import aetherflow

CONSOLE_SCRIPT = "#!{python}\nimport sys\nfrom aetherflow.__main__ import main\nsys.exit(main())\n"
#: Without build isolation the build backend is that of the Python that runs the tests, and nothing is fetched.
QUIETLY_HERE = ("--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check")


class FreshPython(Struct, frozen=True):
    """A virtual environment that has AetherFlow and what it needs, and ``wheels`` where pip looks for the rest."""

    folder: Path
    wheels: Path

    @property
    def commands(self) -> Path:
        """The folder of its commands."""
        return self.folder / "bin"

    @property
    def site_packages(self) -> Path:
        """The folder that packages are installed in."""
        return Path(get_path("purelib", vars={"base": str(self.folder)}))

    @property
    def env(self) -> dict[str, str]:
        """The variables by which `pip` installs here, from the wheels alone."""
        return {
            "PIP_PYTHON": str(self.commands / "python"),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it as what it sets: build isolation is off
        }


def make_python(folder: Path) -> FreshPython:
    """Make the environment; the packages of the Python that runs the tests can be imported in it."""
    fresh = FreshPython(folder / "venv", folder / "wheels")
    venv.create(fresh.folder, symlinks=True, with_pip=False)
    # Only paths: the plugins of those packages are none of this environment's, whose site directory is its own.
    others = [get_path("purelib"), get_path("platlib"), str(Path(aetherflow.__file__).parents[1])]
    (fresh.site_packages / "packages_of_the_tests.pth").write_text("\n".join(others) + "\n")
    script = fresh.commands / "aetherflow"
    script.write_text(CONSOLE_SCRIPT.format(python=fresh.commands / "python"))
    script.chmod(0o755)
    return fresh


def build_wheel(source: Path, fresh: FreshPython) -> None:
    """Build a package from its source, without fetching anything."""
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *QUIETLY_HERE, "--wheel-dir", str(fresh.wheels), str(source)],
        check=True,
        stdin=subprocess.DEVNULL,
    )
