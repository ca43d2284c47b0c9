"""Whether a step's inputs are what its type takes: at once through its typed record, else by its JSON Schema."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.flow import JobDefinition, StepDefinition
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.validation.pointing import at_key, at_value
from aetherflow.core.validation.quick_schema import record_of_schema
from aetherflow.core.validation.schema_problem import SchemaProblem
from aetherflow.core.validation.uses import is_single_token, may_hold_token

if TYPE_CHECKING:
    from aetherflow.core.validation.schema_problems import SchemaJudge

_PATH_PART = re.compile(r"\.([^.\[`]+)|\[(\d+)\]")

_NAMED = re.compile(r"`(\w+)")

BUILT_IN = "built-in"

_KEYS_OF_STEPS = frozenset(StepDefinition.__struct_encode_fields__)
_KEYS_OF_JOBS = frozenset(JobDefinition.__struct_encode_fields__)


class InputCheck:
    """The check of one step type's inputs, made once and used for all of its steps."""

    def __init__(self, contribution: Contribution) -> None:
        self._name = contribution.name
        self._schema = contribution.input_schema
        self._record = _record_of(contribution)
        self._is_typed = _has_record_of_its_own(contribution)
        self._judge: SchemaJudge | None = None
        self._tolerant: _TolerantRecord | None = None

    def accepts(self, inputs: dict[str, Any]) -> bool:
        """Tell inputs that are right beyond doubt; False says only that `findings` must have a look."""
        if self._record is None:
            return self._schema is None
        try:
            msgspec.convert(inputs, self._record)
        except msgspec.ValidationError:
            return self._accepts_tokens(inputs)
        return True

    def findings(self, flow: LoadedFlow, path: DocumentPath, inputs: dict[str, Any]) -> Iterator[Diagnostic]:
        """Say what is wrong with the inputs of the step at a path, if anything is."""
        problems = self._problems(inputs)
        for problem in problems:
            yield self._finding(flow, path, problem, inputs)
        if not problems:
            yield from self._left_over(flow, path, inputs)

    def _problems(self, inputs: dict[str, Any]) -> list[SchemaProblem]:
        if self._schema is None:
            return []
        if self._judge is None:
            # deferred: only wanted where the fast check was not sure
            from aetherflow.core.validation.schema_problems import SchemaJudge

            self._judge = SchemaJudge(self._schema)
        return self._judge.problems(inputs)

    def _accepts_tokens(self, inputs: dict[str, Any]) -> bool:
        known = {key: value for key, value in inputs.items() if not is_single_token(value)}
        if len(known) == len(inputs) or not _is_struct(self._record):
            return False
        if self._tolerant is None:
            self._tolerant = _TolerantRecord(self._record)
        return self._tolerant.accepts(inputs, known)

    def _left_over(self, flow: LoadedFlow, path: DocumentPath, inputs: dict[str, Any]) -> Iterator[Diagnostic]:
        """Tell what only the typed record refuses: a check of its own that no schema can express."""
        if not self._is_typed or may_hold_token(inputs):
            return
        try:
            msgspec.convert(inputs, self._record)
        except msgspec.ValidationError as error:
            message, _, place = str(error).partition(" - at `$")
            what, _, advice = message.partition("; ")
            finding = Diagnostic(
                code="AF-F213", message=f'inputs of step type "{self._name}": {what}', hint=advice or None
            )
            yield at_key(flow, (*path, "inputs", *_named_in(what, _path_in(place), inputs)), finding)

    def _finding(
        self, flow: LoadedFlow, path: DocumentPath, problem: SchemaProblem, inputs: dict[str, Any]
    ) -> Diagnostic:
        place = (*path, "inputs", *problem.path)
        match problem.kind:
            case "unknown":
                return at_key(flow, place, self._unknown(problem))
            case "missing":
                # Where nothing is given at all there may be no `inputs` to point at.
                at = at_key if inputs else at_value
                return at(flow, place if inputs else (*path, "type"), self._missing(problem))
            case "wrong":
                finding = Diagnostic(code="AF-F213", message=problem.message, label=problem.label, hint=problem.hint)
                return at_value(flow, place, finding)
            case "unusable":
                return at_value(flow, (*path, "type"), self._unusable(problem))

    def _unknown(self, problem: SchemaProblem) -> Diagnostic:
        is_outermost = len(problem.path) == 1
        message = f'step type "{self._name}" takes no input "{problem.key}"' if is_outermost else problem.message
        owner = _owner_of(problem.key) if is_outermost else None
        label = f"belongs to the {owner}, not under inputs" if owner else problem.label
        hint = _WHERE_TO_MOVE[owner] if owner else problem.hint
        return Diagnostic(code="AF-F211", message=message, label=label, hint=hint)

    def _missing(self, problem: SchemaProblem) -> Diagnostic:
        message = problem.message if problem.path else f'step type "{self._name}" needs the input "{problem.key}"'
        return Diagnostic(code="AF-F212", message=message, label=problem.label, hint=problem.hint)

    def _unusable(self, problem: SchemaProblem) -> Diagnostic:
        return Diagnostic(
            code="AF-F214",
            severity=Severity.WARNING,
            message=f'the input schema of step type "{self._name}" cannot be used: {problem.message}',
            hint="the inputs are not checked; `aetherflow plugins doctor` shows the plugin's author where it is",
        )


class _TolerantRecord:
    """A typed record of which any field may be left out: for inputs of which some are templates."""

    def __init__(self, record: Any) -> None:
        fields = msgspec.structs.fields(record)
        self._required = [field.encode_name for field in fields if field.required]
        self._names = {field.encode_name for field in fields}
        self._is_closed = record.__struct_config__.forbid_unknown_fields
        self._record = msgspec.defstruct(
            record.__name__,
            [(field.name, field.type, None) for field in fields],
            rename={field.name: field.encode_name for field in fields},
            forbid_unknown_fields=self._is_closed,
        )

    def accepts(self, inputs: dict[str, Any], known: dict[str, Any]) -> bool:
        if not all(name in inputs for name in self._required):
            return False
        if self._is_closed and not self._names.issuperset(inputs):
            return False
        try:
            msgspec.convert(known, self._record)
        except msgspec.ValidationError:
            return False
        return True


_WHERE_TO_MOVE = {
    "step": "move it out of `inputs`, beside the step's `id` and `type`",
    "job": "move it out of the step, beside the job's `id` and `steps`",
}


def _owner_of(key: str) -> str | None:
    """Give the part of a flow that a key belongs to, where that is not the inputs."""
    if key in _KEYS_OF_STEPS:
        return "step"
    return "job" if key in _KEYS_OF_JOBS else None


def _path_in(place: str) -> DocumentPath:
    """Read the path that msgspec writes behind `$`, such as ``.log.files[0]``."""
    parts = _PATH_PART.findall(place)
    return tuple(int(index) if index else key for key, index in parts)


def _named_in(message: str, path: DocumentPath, inputs: dict[str, Any]) -> DocumentPath:
    """Lengthen the path of a mapping by the first of its keys that the message names in backticks."""
    mapping: Any = inputs
    for key in path:
        mapping = mapping[key]
    if not isinstance(mapping, dict):
        return path
    named = next((name for name in _NAMED.findall(message) if name in mapping), None)
    return path if named is None else (*path, named)


def _is_struct(record: Any) -> bool:
    return isinstance(record, type) and issubclass(record, msgspec.Struct)


def _record_of(contribution: Contribution) -> Any:
    """Give the typed record of a built-in, else one made of the schema: plugins' code does not run before a run."""
    if _has_record_of_its_own(contribution):
        return contribution.load().input_schema
    return record_of_schema(contribution.input_schema) if contribution.input_schema is not None else None


def _has_record_of_its_own(contribution: Contribution) -> bool:
    return contribution.typed_inputs and contribution.origin == BUILT_IN
