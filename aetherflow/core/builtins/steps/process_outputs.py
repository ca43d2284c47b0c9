"""Turns what a command printed into the outputs of its step."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from aetherflow.core.api import ProcessResult, StepFailed
from aetherflow.core.builtins.steps.process_inputs import ProcessInputs


def process_outputs(result: ProcessResult, output_dir: Path) -> dict[str, Any]:
    """Give the outputs of a command that ended, without the parsed value."""
    return {
        "exit_code": result.exit_code,
        "stdout": output_text(result.stdout),
        "stderr": output_text(result.stderr),
        "value": None,
        "duration_seconds": round(result.duration_seconds, 3),
        "output_dir": str(output_dir),
    }


def output_text(data: bytes) -> str:
    """Decode output; one line end at its end is not part of the text, as in a shell's `$(…)`."""
    text = data.decode("utf-8", "replace")
    return text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text


def parsed_value(inputs: ProcessInputs, result: ProcessResult, mask: Callable[[str], str]) -> Any:
    """Give stdout as `parse` reads it, None without; StepFailed where it is not whole or no JSON."""
    if inputs.parse is None:
        return None
    if result.stdout_truncated:
        raise StepFailed(
            f"stdout is longer than {inputs.log.max_capture_kb} KiB, so it cannot be parsed",
            hint="raise `log.max_capture_kb`, or let the command write a file",
        )
    if inputs.parse == "json":
        return _json_value(result.stdout, mask)
    text = output_text(result.stdout)
    if inputs.parse == "lines":
        return [line.removesuffix("\r") for line in text.split("\n")] if text else []
    return text


def _json_value(data: bytes, mask: Callable[[str], str]) -> Any:
    import json  # deferred: only wanted under `parse: json`; unlike msgspec it tells line and column

    try:
        return json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise _no_json(f"{error.msg.lower()} at line {error.lineno}, column {error.colno}", data, mask) from None
    except UnicodeDecodeError as error:
        raise _no_json(f"byte {error.start} is not UTF-8", data, mask) from None
    except RecursionError:
        raise _no_json("it is nested too deeply", data, mask) from None
    except ValueError as error:
        raise _no_json(str(error), data, mask) from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _no_json(reason: str, data: bytes, mask: Callable[[str], str]) -> StepFailed:
    if not data.strip():
        return StepFailed("stdout is not JSON: it is empty", hint="print one JSON value to stdout")
    # Masked before it is cut: half a secret is none that we know.
    start = mask(data.decode("utf-8", "replace")).split("\n")[0][:60]
    return StepFailed(
        f"stdout is not JSON: {reason}", hint=f"it begins with: {start} (print nothing but one JSON value to stdout)"
    )
