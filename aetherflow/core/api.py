"""The public surface of AetherFlow: the only module of ours that plugins and embedding programs import."""

from aetherflow.core.contracts.connector import ConnectorBase
from aetherflow.core.contracts.errors import AetherFlowError, InputError, StepFailed
from aetherflow.core.contracts.process import ProcessResult, StreamMode
from aetherflow.core.contracts.registration import register_connector, register_step
from aetherflow.core.contracts.status import STEP_FAILED, STEP_SKIPPED, STEP_SUCCESS, StepStatus
from aetherflow.core.contracts.step import Step, StepContext, StepResult

__all__ = [
    "STEP_FAILED",
    "STEP_SKIPPED",
    "STEP_SUCCESS",
    "AetherFlowError",
    "ConnectorBase",
    "InputError",
    "ProcessResult",
    "Step",
    "StepContext",
    "StepFailed",
    "StepResult",
    "StepStatus",
    "StreamMode",
    "register_connector",
    "register_step",
]
