"""What `explain` tells: where the order of jobs and every value of a flow come from. Values only, masked."""

from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.span import Span

HIDDEN = "***"


class Site(Struct, frozen=True):
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int


def site_of(span: Span) -> Site:
    """Give the place where a span begins."""
    return Site(span.file, span.line, span.column)


class TokenExplanation(Struct, frozen=True, kw_only=True):
    """A name in a template or condition: what it stands for, and its value where that is known before a run.

    ``site`` is where the name stands, ``source`` the place in a document that its value comes from. ``variable`` and
    ``set_by`` ("process", or an env file's path) are there for environment variables. What ``is_missing`` has no value
    and will get none: such a run is refused or fails.
    """

    text: str
    origin: str
    site: Site
    source: Site | None = None
    variable: str | None = None
    set_by: str | None = None
    is_known: bool = False
    is_missing: bool = False
    value: Any = None


class TextExplanation(Struct, frozen=True, kw_only=True):
    """A string with tokens, or a condition; ``value`` is what it comes to, where that is known before a run."""

    path: str
    site: Site
    written: str
    tokens: list[TokenExplanation]
    is_condition: bool = False
    is_known: bool = False
    value: Any = None
    problem: str | None = None


class LeafExplanation(Struct, frozen=True, kw_only=True):
    """A value of a resource: ``source`` is "flow", "profile", or the variable that holds the profiles.

    ``hides`` is the place of the profile's value that the flow's own is laid over.
    """

    path: str
    source: str
    site: Site | None
    written: Any
    is_secret: bool = False
    hides: Site | None = None
    tokens: list[TokenExplanation] = []
    is_known: bool = False
    value: Any = None
    problem: str | None = None


class ResourceExplanation(Struct, frozen=True, kw_only=True):
    """A resource: every leaf of its config and options."""

    name: str
    kind: str
    driver: str
    site: Site
    profile: str | None = None
    values: list[LeafExplanation] = []


class Reason(Struct, frozen=True, kw_only=True):
    """Why a job comes after another: `depends_on`, or the place that names it. ``stands_later``: in the file."""

    job: str
    because: str
    site: Site
    stands_later: bool = False


class StepExplanation(Struct, frozen=True, kw_only=True):
    """A step and its strings that use values."""

    id: str
    type: str
    site: Site
    texts: list[TextExplanation] = []


class JobExplanation(Struct, frozen=True, kw_only=True):
    """A job in its place of the order; one without reasons stands where the file has it. Handlers are told alike."""

    id: str
    site: Site
    after: list[Reason] = []
    texts: list[TextExplanation] = []
    steps: list[StepExplanation] = []


class ParamExplanation(Struct, frozen=True, kw_only=True):
    """A declared param and where its value comes from."""

    name: str
    type: str
    origin: str
    site: Site
    is_known: bool = False
    value: Any = None


class SettingExplanation(Struct, frozen=True, kw_only=True):
    """A setting that differs from its default: a variable of the process, or a value of the flow's header."""

    name: str
    value: Any
    default: Any
    set_by: str
    site: Site | None = None
    tokens: list[TokenExplanation] = []


class FolderExplanation(Struct, frozen=True, kw_only=True):
    """Where something of a run is kept, and what says so."""

    name: str
    path: str
    set_by: str


class EnvFileExplanation(Struct, frozen=True, kw_only=True):
    """An env file; ``variables`` counts those whose value it decided."""

    path: str
    type: str
    prefix: str
    is_there: bool
    variables: int


class FlowExplanation(Struct, frozen=True, kw_only=True):
    """Everything that `explain` tells about a flow; jobs stand in the order of a run."""

    flow: str
    flow_id: str
    jobs: list[JobExplanation]
    handlers: list[JobExplanation] = []
    params: list[ParamExplanation] = []
    resources: list[ResourceExplanation] = []
    settings: list[SettingExplanation] = []
    folders: list[FolderExplanation] = []
    env_files: list[EnvFileExplanation] = []
    notes: list[str] = []
