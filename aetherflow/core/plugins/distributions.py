"""Installed distributions that offer plugins through entry points; none of them is imported to know it.

Only site directories are read: neither PYTHONPATH nor the current directory can add a distribution.
`importlib.metadata.entry_points()` would read both, and takes 20 ms and more.
"""

import os
import re
import site
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.modes import Mode

GROUPS = ("aetherflow.plugins", "aetherflow.workflow_plugins")


class EntryPoint(Struct, frozen=True):
    """One line of an entry_points.txt. ``file`` is where the module's source stands, empty where it was not found.

    ``root`` is the folder of the outermost package around the module, or the file itself; ``package`` its dotted name.
    """

    group: str
    name: str
    module: str
    attribute: str
    line: int
    file: str = ""
    root: str = ""
    package: str = ""


class InstalledDistribution(Struct, frozen=True, kw_only=True):
    """A distribution with entry points of ours; ``info`` is its dist-info folder, ``site`` the site directory."""

    name: str
    version: str
    site: str
    info: str
    entry_points: tuple[EntryPoint, ...]
    editable: bool = False
    summary: str = ""
    author: str = ""
    requires_python: str = ""
    requires_python_span: Span | None = None

    @property
    def roots(self) -> tuple[str, ...]:
        """The packages and modules that its entry points lead to, each once."""
        return tuple(dict.fromkeys(point.root for point in self.entry_points if point.root))


class SiteReading(Struct, frozen=True):
    """The distributions of one site directory, and what is wrong with them."""

    distributions: tuple[InstalledDistribution, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def normalised_name(name: str) -> str:
    """Give a distribution's name as PyPI compares it: case, ``-``, ``_`` and ``.`` make no difference."""
    return re.sub(r"[-_.]+", "-", name).lower()


def site_folders(mode: Mode) -> list[str]:
    """Give the site directories of this Python, in the order in which it looks into them.

    In enterprise the user's site directory is left out (PYTHONUSERBASE and HOME move it), and so is whatever does not
    lie below the installation (PYTHONPLATLIBDIR moves that).
    """
    folders = [os.path.normpath(folder) for folder in site.getsitepackages()]
    if mode == "enterprise":
        return [folder for folder in folders if _is_of_installation(folder)]
    return [*folders, site.getusersitepackages()] if site.ENABLE_USER_SITE else folders


def _is_of_installation(folder: str) -> bool:
    prefixes = [os.path.normpath(prefix).rstrip("/") + "/" for prefix in site.PREFIXES]
    return folder.startswith(tuple(prefixes))


def installed_distributions(folders: Sequence[str], scan: Callable[[str], SiteReading]) -> SiteReading:
    """Give every distribution of the site directories; of two with one name the first is taken, as Python would."""
    taken: dict[str, InstalledDistribution] = {}
    findings: list[Diagnostic] = []
    for folder in dict.fromkeys(os.path.realpath(folder) for folder in folders):
        reading = scan(folder)
        findings += reading.diagnostics
        findings += _add(taken, reading.distributions)
    return SiteReading(tuple(taken.values()), tuple(findings))


def _add(
    taken: dict[str, InstalledDistribution], distributions: Iterable[InstalledDistribution]
) -> Iterable[Diagnostic]:
    for distribution in distributions:
        first = taken.setdefault(normalised_name(distribution.name), distribution)
        if first is not distribution:
            yield _shadowed(distribution, first)


def _shadowed(distribution: InstalledDistribution, first: InstalledDistribution) -> Diagnostic:
    return Diagnostic(
        code="AF-P122",
        severity=Severity.WARNING,
        message=f'the distribution "{distribution.name}" {distribution.version} in "{distribution.site}" is hidden by '
        f'{first.version} in "{first.site}"',
        hint=f"uninstall one of them: `pip uninstall {distribution.name}`",
    )
