"""`ctx.state`: a small JSON mapping of the run that steps read and write, recorded with each step's outcome."""

from collections.abc import Iterator
from typing import Any

from aetherflow.core.contracts.errors import StepFailed
from aetherflow.core.runner.step_result import NotJson, json_copy
from aetherflow.core.state.records import VariableRecord


class Variables:
    """The mapping as steps see it, and what of it has changed since it was last recorded."""

    def __init__(self, flow_id: str, run_id: str, recorded: dict[str, Any]) -> None:
        self.values = recorded
        self._flow_id = flow_id
        self._run_id = run_id
        self._recorded: dict[str, Any] = dict(json_copy(recorded))

    def check(self) -> None:
        """Raise StepFailed where a step has put something in that JSON cannot hold."""
        try:
            json_copy(self.values, "ctx.state")
        except NotJson as problem:
            self._restore()
            raise StepFailed(f"the step left a value that is not JSON: {problem}") from None

    def take_changes(self) -> Iterator[VariableRecord]:
        """Give a record for every name whose value changed, and count it as recorded."""
        before = self._recorded
        try:
            self._recorded = dict(json_copy(self.values))
        except BaseException:  # noqa: BLE001  # foreign values, left by a step that failed: its own error is told
            self._restore()
        for name in before.keys() | self._recorded.keys():
            if name not in self._recorded:
                yield VariableRecord(flow_id=self._flow_id, run_id=self._run_id, name=name, is_removed=True)
            elif name not in before or before[name] != self._recorded[name]:
                yield VariableRecord(flow_id=self._flow_id, run_id=self._run_id, name=name, value=self._recorded[name])

    def _restore(self) -> None:
        self.values.clear()
        self.values.update(json_copy(self._recorded))
