"""The measures that are kept beside a plugin, and when others count as worse."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.errors import InputError, system_reason
from aetherflow.core.operations.plugin_trial.values import Measure

#: Worse is what is more than so many times the baseline, and more than so much above it.
_FACTOR = 1.5
_SLACK = {"ms": 20.0, "MB": 10.0}


class _Kept(Struct, frozen=True):
    version: int
    plugins: dict[str, dict[str, float]]


def read_baseline(file: Path, plugin: str) -> Mapping[str, float]:
    """Give the measures that are kept of a plugin by their keys; raises InputError for a file that is none."""
    return _read(file).plugins.get(plugin, {})


def write_baseline(file: Path, plugin: str, measures: tuple[Measure, ...]) -> None:
    """Keep the measures of a plugin; those of others in the same file stay. Raises InputError."""
    kept = {**_read(file).plugins, plugin: {key_of(each): round(each.value, 1) for each in measures}}
    text = json.dumps(msgspec.to_builtins(_Kept(1, kept)), indent=2, sort_keys=True)
    try:
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f'the baseline "{file}" cannot be written: {system_reason(error)}') from None


def compared(measure: Measure, baseline: Mapping[str, float]) -> Measure:
    """Hold a measure against the baseline."""
    before = baseline.get(key_of(measure))
    if before is None:
        return measure
    is_worse = measure.value > _FACTOR * before and measure.value > before + _SLACK[measure.unit]
    return replace(measure, baseline=before, is_regression=is_worse)


def key_of(measure: Measure) -> str:
    """Name a measure in the file."""
    return f"{measure.subject}: {measure.what} ({measure.unit})"


def _read(file: Path) -> _Kept:
    try:
        plain: Any = json.loads(file.read_bytes())
        kept = msgspec.convert(plain, type=_Kept)
    except FileNotFoundError:
        return _Kept(1, {})
    except OSError as error:
        raise InputError(f'the baseline "{file}" cannot be read: {system_reason(error)}') from None
    except (ValueError, RecursionError):
        kept = None
    if kept is None or kept.version != 1:
        hint = "remove it, and write it anew with `--update-baseline`"
        raise InputError(f'the baseline "{file}" is none that this version has written', hint=hint)
    return kept
