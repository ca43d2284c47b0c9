"""How the jobs and handlers of an execution went, and what else decides the run's status."""

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.contracts.result import JobReport
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.operations.run_assembly import Execution
from aetherflow.core.runner.gates import status_of_run
from aetherflow.core.runner.run_loop import run_handlers, run_jobs


class Course(Struct, frozen=True, kw_only=True):
    """What became of an execution. ``failure`` makes the run FAILED whatever its jobs did.

    ``refusal`` is what ends the command: a plugin could not take part in the run.
    """

    execution: Execution
    outcomes: dict[str, JobReport]
    handlers: dict[str, JobReport] = {}
    failure: Diagnostic | None = None
    refusal: PluginRefused | None = None

    @property
    def status(self) -> RunStatus:
        """The run's status, as far as is known."""
        run = self.execution.run
        if self.failure and run.gate.requested is None:
            return RunStatus.FAILED
        return status_of_run(run.plan, self.outcomes, run.gate.requested)


def jobs_and_handlers(execution: Execution) -> Course:
    """Run the jobs, and the handlers that their outcome calls for."""
    outcomes = run_jobs(execution.run)
    return Course(execution=execution, outcomes=outcomes, handlers=run_handlers(execution.run, outcomes))


def nothing_run(execution: Execution, failure: Diagnostic, refusal: PluginRefused | None = None) -> Course:
    """Record of every job that it did not run, and why."""
    outcomes = run_jobs(execution.run, stopped=failure.message)
    return Course(execution=execution, outcomes=outcomes, failure=failure, refusal=refusal)
