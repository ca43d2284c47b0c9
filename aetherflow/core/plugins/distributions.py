"""Installed distributions that offer plugins through entry points; none of them is imported to know it.

Only site directories are read: neither PYTHONPATH nor the current directory can add a distribution.
`importlib.metadata.entry_points()` would read both, and takes 20 ms and more.
"""

import os
import site
from collections.abc import Callable, Iterable, Sequence, Set

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.distribution_names import normalised_name
from aetherflow.core.plugins.modes import Mode

COMPILER_GROUP = "aetherflow.workflow_plugins"
GROUPS = ("aetherflow.plugins", COMPILER_GROUP)


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
    """A distribution with entry points of ours; ``info`` is its dist-info folder, ``site`` the site directory.

    ``copies`` are all that bear its name, itself included, where it was asked for and there is more than one.
    """

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
    copies: tuple[str, ...] = ()

    @property
    def roots(self) -> tuple[str, ...]:
        """The packages and modules that its entry points lead to, each once."""
        return tuple(dict.fromkeys(point.root for point in self.entry_points if point.root))

    @property
    def is_linked(self) -> bool:
        """Whether a link to sources (`setup.py develop`) leads out of the site directory to what it says of itself."""
        return not self.info.startswith(f"{self.site}/")

    @property
    def roots_outside(self) -> tuple[str, ...]:
        """Those of its packages and modules that do not lie in the site directory."""
        return tuple(root for root in self.roots if not root.startswith(f"{self.site}/"))


class SiteReading(Struct, frozen=True):
    """The distributions of one site directory, and what is wrong with them, and all that this depends on."""

    distributions: tuple[InstalledDistribution, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    looked_at: tuple[str, ...] = ()


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


def installed_distributions(
    folders: Sequence[str], scan: Callable[[str], SiteReading], trusted: Set[str] = frozenset()
) -> SiteReading:
    """Give every distribution of the site directories; of two with one name the first is taken, as Python would.

    Of those whose normalised names are ``trusted``, every copy counts, and two are an error.
    """
    taken: dict[str, InstalledDistribution] = {}
    findings: list[Diagnostic] = []
    folders = list(dict.fromkeys(os.path.realpath(folder) for folder in folders))
    for folder in folders:
        reading = scan(folder)
        findings += reading.diagnostics
        findings += _add(taken, reading.distributions, trusted)
    if trusted & taken.keys():
        from aetherflow.core.plugins.distribution_copies import ambiguous_names, copies_of  # deferred: enterprise alone

        copies = copies_of(trusted & taken.keys(), folders)
        taken |= {name: replace(taken[name], copies=places) for name, places in copies.items()}
        findings += ambiguous_names(copies)
    return SiteReading(tuple(taken.values()), tuple(findings))


def _add(
    taken: dict[str, InstalledDistribution], distributions: Iterable[InstalledDistribution], trusted: Set[str]
) -> Iterable[Diagnostic]:
    for distribution in distributions:
        name = normalised_name(distribution.name)
        first = taken.setdefault(name, distribution)
        if first is not distribution and name not in trusted:
            yield _shadowed(distribution, first)


def _shadowed(distribution: InstalledDistribution, first: InstalledDistribution) -> Diagnostic:
    return Diagnostic(
        code="AF-P122",
        severity=Severity.WARNING,
        message=f'the distribution "{distribution.name}" {distribution.version} in "{distribution.site}" is hidden by '
        f'{first.version} in "{first.site}"',
        hint=f"uninstall one of them: `pip uninstall {distribution.name}`",
    )
