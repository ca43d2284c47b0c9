"""What a tool has given, judged; foreign code may return anything, and hooks may put anything in its place."""

from typing import Any

from aetherflow.core.contracts.tool import ToolResult
from aetherflow.core.runner.foreign_text import own_words
from aetherflow.core.runner.hooks.answers import WrongAnswer
from aetherflow.core.runner.step_result import NotJson, json_copy

NO_REASON = "the tool gave no reason"


def own_result(returned: object) -> ToolResult:
    """Take what a tool returned as a value of our own: a ToolResult, its data alone, or nothing; raises WrongAnswer."""
    if returned is None:
        return ToolResult(True)
    if isinstance(returned, dict):
        returned = ToolResult(True, returned)
    if not isinstance(returned, ToolResult):
        name = type(returned).__name__
        raise WrongAnswer(f"returned a value of type {name}: return a ToolResult, a mapping or nothing")
    success: object = returned.success
    if not isinstance(success, bool):
        raise WrongAnswer(f"returned a ToolResult whose success is of type {type(success).__name__}: true or false")
    data = _own_data(returned.data)
    error = None if returned.error is None else own_words(returned.error)
    return ToolResult(True, data) if success else ToolResult(False, data, error or NO_REASON)


def told_result(result: ToolResult) -> dict[str, Any]:
    """Give a result as hooks are told of it."""
    return {"success": result.success, "data": result.data, "error": result.error}


def result_problem(told: object) -> str | None:
    """Say why what a hook has left is no result; None where it is one."""
    if not isinstance(told, dict) or told.keys() - {"success", "data", "error"}:
        return 'returned a "result" that is no mapping of success, data and error'
    if not isinstance(told.get("success"), bool):
        return 'returned a "result" whose success is neither true nor false'
    if not isinstance(told.get("error"), str | None):
        return 'returned a "result" whose error is no text'
    return None


def result_of(told: dict[str, Any]) -> ToolResult:
    """Give the result that hooks have left."""
    if told["success"]:
        return ToolResult(True, told.get("data"))
    return ToolResult(False, told.get("data"), told.get("error") or NO_REASON)


def outputs_of(data: Any) -> dict[str, Any]:
    """Give what a tool's data are as the outputs of a step."""
    if data is None:
        return {}
    return data if isinstance(data, dict) else {"result": data}


def _own_data(data: object) -> Any:
    try:
        return json_copy(data, "data")
    except NotJson as problem:
        raise WrongAnswer(f"returned data that are not JSON: {problem}") from None
    except RecursionError:
        raise WrongAnswer("returned data that are nested too deeply, or hold themselves") from None
