"""What `plugins list` tells. Values only."""

from typing import Literal

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.registry import Kind
from aetherflow.core.plugins.modes import Mode
from aetherflow.core.plugins.plugin_finding import PluginFinding

LockState = Literal["locked", "differs", "not in the lock", "no lock"]


class ListedName(Struct, frozen=True, kw_only=True):
    """One thing that a plugin registers; ``file`` is a whole path.

    ``overridden_by`` is the plugin that has the name instead, ``refused`` the code of the rule that keeps this plugin
    from taking the name over.
    """

    kind: Kind
    name: str
    file: str
    line: int
    summary: str = ""
    overridden_by: str | None = None
    refused: str | None = None

    @property
    def counts(self) -> bool:
        """Whether a flow that names it gets this one."""
        return self.overridden_by is None and self.refused is None


class ListedLoad(Struct, frozen=True, kw_only=True):
    """How the import of a plugin went: what was wrong, how long it took, and how far apart it ran."""

    import_seconds: float
    isolation: str
    findings: tuple[Diagnostic, ...]

    def errors(self) -> tuple[Diagnostic, ...]:
        """Give what keeps the plugin, or a module of it, from being loaded."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)


class ListedReach(Struct, frozen=True, kw_only=True):
    """Something that a plugin's text shows it to reach for, as the permission that covers it, at its first place.

    ``certain`` is false where the code may as well do something else; ``declared`` is None for a plugin that nowhere
    says what it is, and so promises nothing.
    """

    permission: str
    file: str
    line: int
    column: int
    places: int
    certain: bool
    declared: bool | None


class ListedWay(Struct, frozen=True, kw_only=True):
    """A way by which a plugin does what its text does not show, such as ``exec``, at its first place."""

    name: str
    does: str
    file: str
    line: int
    column: int
    places: int


class ListedPlugin(Struct, frozen=True, kw_only=True):
    """A plugin: where it comes from, why it may load, what it registers.

    ``id`` is its name, with a digest where two plugins share one. ``named`` is its origin as it was written, ``path``
    where it really is. ``load_order`` counts from 1 behind the built-ins, which are 0; None stands for a plugin that
    is left out, for the ``reasons``. ``order_reason`` says what gave it that place. ``editable`` tells a package whose
    code is read from its project's folder. Where ``complete`` is false, it may register more than its text tells.
    ``lock`` is None for the built-ins, which no lock holds, and ``loaded`` where nothing was imported. ``reaches`` and
    ``not_shown`` are None where nobody asked what its text shows.
    """

    id: str
    name: str
    version: str
    origin: str
    named: str
    path: str
    trust: str
    digest: str
    load_order: int | None
    provides: tuple[ListedName, ...]
    order_reason: str = ""
    editable: bool = False
    complete: bool = True
    author: str = ""
    description: str = ""
    requires: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    reaches: tuple[ListedReach, ...] | None = None
    not_shown: tuple[ListedWay, ...] | None = None
    lock: LockState | None = None
    isolation: str = "in_process"
    signer: str | None = None
    loaded: ListedLoad | None = None
    reasons: tuple[Diagnostic, ...] = ()
    enabled: bool = True


class OverrideSide(Struct, frozen=True, kw_only=True):
    """A plugin that registers a name which another registers too."""

    plugin: str
    version: str
    origin: str
    file: str
    line: int


class ListedOverride(Struct, frozen=True, kw_only=True):
    """A name that several plugins register: the winner has it; of the losers the last to load stands first.

    ``approved`` tells that the name stands in `allow_overrides` or `trust.overrides`.
    """

    kind: Kind
    name: str
    winner: OverrideSide
    losers: tuple[OverrideSide, ...]
    approved: bool


class ListedRefusal(Struct, frozen=True, kw_only=True):
    """An origin that the mode does not load; ``path`` is as it was named, where it is no path of a file."""

    origin: str
    path: str
    named: str
    reason: str
    code: str
    hint: str


class PluginListing(Struct, frozen=True, kw_only=True):
    """Every plugin in load order, the built-ins first, and all that does not load, with the reasons."""

    mode: Mode
    strict: bool
    lock_file: str | None
    plugins: tuple[ListedPlugin, ...]
    left_out: tuple[ListedPlugin, ...]
    overrides: tuple[ListedOverride, ...]
    refused: tuple[ListedRefusal, ...]
    findings: tuple[PluginFinding, ...]
