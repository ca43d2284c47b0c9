"""The flow document, version 1, as typed frozen records. The JSON Schema for editors is generated from these."""

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, field

from aetherflow.core.documents.record import Record as Record  # handed on to those who read flows

# `$` alone lets Python match before a last line break; ids name folders.
ID_PATTERN = r"^[A-Za-z_][A-Za-z0-9_-]{0,63}$(?!\n)"

Identifier = Annotated[
    str,
    Meta(pattern=ID_PATTERN, description="A letter or underscore, then up to 63 letters, digits, `_` or `-`."),
]
PositiveSeconds = Annotated[float, Meta(gt=0)]
Condition = bool | str
ParamType = Literal["string", "integer", "number", "boolean", "array", "object"]


class Layout(Record, frozen=True):
    """Names of a job's folders, inside the job's directory."""

    noun: ClassVar[str] = "layout"

    artifacts: str = "artifacts"
    scratch: str = "scratch"
    manifests: str = "manifests"


class Workspace(Record, frozen=True):
    """Where jobs work, and what becomes of their scratch folders at the end of the run."""

    noun: ClassVar[str] = "workspace"

    root: str | None = None
    cleanup_policy: Literal["on_success", "always", "never"] = "on_success"
    layout: Layout = Layout()


class StateSettings(Record, frozen=True):
    """Where the run's state is kept."""

    noun: ClassVar[str] = '"state" section'

    backend: Literal["sqlite"] = "sqlite"
    path: str | None = None


class LockSettings(Record, frozen=True):
    """Whether a job or the whole flow holds a lock while it runs."""

    noun: ClassVar[str] = '"locks" section'

    scope: Literal["none", "job", "flow"] = "none"
    ttl_seconds: PositiveSeconds = 3600


class FlowHeader(Record, frozen=True):
    """What the flow is called and where it lives."""

    noun: ClassVar[str] = '"flow" section'

    id: Identifier
    description: str = ""
    workspace: Workspace = Workspace()
    state: StateSettings = StateSettings()
    locks: LockSettings = LockSettings()


class ParamDeclaration(Record, frozen=True):
    """A typed input of the flow, given by `--param NAME=VALUE`."""

    noun: ClassVar[str] = "parameter"

    type: ParamType = "string"
    default: Any = None
    description: str = ""
    enum: list[Any] | None = None
    pattern: str | None = None


class Decode(Record, frozen=True):
    """Which leaves of a resource are secret and go through the secrets hook: a tree of `true`."""

    noun: ClassVar[str] = '"decode" section'

    config: dict[str, Any] = {}
    options: dict[str, Any] = {}


class Resource(Record, frozen=True):
    """A named connection: a connector's kind and driver, with a profile and values of its own."""

    noun: ClassVar[str] = "resource"

    kind: str
    driver: str
    profile: str | None = None
    config: dict[str, Any] = {}
    options: dict[str, Any] = {}
    decode: Decode = Decode()


class RetryPolicy(Record, frozen=True):
    """When a failed attempt is made again, and after how long. Seconds."""

    noun: ClassVar[str] = "retry policy"

    max_attempts: Annotated[int, Meta(ge=1, le=1000)] = 1
    backoff_seconds: Annotated[float, Meta(ge=0)] = 0
    backoff_multiplier: Annotated[float, Meta(ge=1)] = 1
    max_backoff_seconds: Annotated[float, Meta(ge=0)] | None = None
    jitter: bool = False
    on_exit_codes: list[int] | None = None
    on_timeout: bool | None = None


class StepDefinition(Record, frozen=True):
    """One step: what it runs, with which inputs, and what its job promotes of the result."""

    noun: ClassVar[str] = "step"

    id: Identifier
    type: str
    description: str = ""
    inputs: dict[str, Any] = {}
    outputs: dict[str, Any] = {}
    on_no_data: Literal["continue", "skip_job"] = "continue"
    when: Condition | None = None
    timeout_seconds: PositiveSeconds | None = None
    effects: Literal["pure", "idempotent", "once"] | None = None
    retry: RetryPolicy = RetryPolicy()


Steps = Annotated[list[StepDefinition], Meta(min_length=1)]


class JobDefinition(Record, frozen=True):
    """A job: steps in order, run once, or once per item of `for_each`."""

    noun: ClassVar[str] = "job"

    id: Identifier
    steps: Steps
    description: str = ""
    depends_on: list[str] = []
    when: Condition | None = None
    for_each: str | list[Any] | None = None
    timeout_seconds: PositiveSeconds | None = None
    continue_on_error: bool = False


class Handlers(Record, frozen=True):
    """Steps that run after the jobs, whatever happened."""

    noun: ClassVar[str] = '"handlers" section'

    on_success: list[StepDefinition] = []
    on_failure: list[StepDefinition] = []
    on_exit: list[StepDefinition] = []


class FlowDefinition(Record, frozen=True):
    """A whole flow."""

    noun: ClassVar[str] = "flow document"

    flow: FlowHeader
    jobs: Annotated[list[JobDefinition], Meta(min_length=1)]
    version: Literal[1] = field(default=1)
    params: dict[str, ParamDeclaration] = {}
    resources: dict[str, Resource] = {}
    handlers: Handlers = Handlers()


class WorkflowsDocument(Record, frozen=True):
    """Several workflows in one document; what stands beside them is shared by all."""

    noun: ClassVar[str] = "document with workflows"

    workflows: Annotated[dict[str, FlowDefinition], Meta(min_length=1)]
    version: Literal[1] = field(default=1)
    params: dict[str, ParamDeclaration] = {}
    resources: dict[str, Resource] = {}
    handlers: Handlers = Handlers()
