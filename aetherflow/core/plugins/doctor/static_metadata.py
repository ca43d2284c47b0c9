"""Whether the `PluginMetadata` that a class makes for itself can be made, as far as its text tells."""

import ast
from collections.abc import Iterator, Mapping

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.metadata import PluginMetadata, field_problems
from aetherflow.core.plugins.contract_findings import wrong_metadata
from aetherflow.core.plugins.doctor.class_lineage import Member
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.literal_values import NotLiteral
from aetherflow.core.plugins.registration_calls import API_MODULE

_CLASS = f"{API_MODULE}.{PluginMetadata.__name__}"
_FIELDS = PluginMetadata.__struct_fields__
_NEEDED = _FIELDS[: len(_FIELDS) - len(PluginMetadata.__struct_defaults__)]


def metadata_findings(name: str, metadata: Member) -> Iterator[Diagnostic]:
    """Say why making the metadata of a class raises; each permission that is none has a finding of its own."""
    module, call = metadata.module, metadata.value
    if module is None or not isinstance(call, ast.Call) or module.scope.name_of(call.func) != _CLASS:
        return
    if problems := list(_problems(module, call)):
        place = module.span_of(call)
        yield wrong_metadata(name, f"has metadata that cannot be made: {'; '.join(problems)}", place)


def _problems(module: ModuleCode, call: ast.Call) -> Iterator[str]:
    if any(isinstance(each, ast.Starred) for each in call.args) or len(call.args) > len(_FIELDS):
        return
    given: dict[str, ast.expr] = dict(zip(_FIELDS, call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    yield from (f'there is no "{field}"' for field in given if field not in _FIELDS)
    if all(keyword.arg for keyword in call.keywords):
        yield from (f"{field} is missing" for field in _NEEDED if field not in given)
    yield from field_problems(dict(_literals(module, given)))


def _literals(module: ModuleCode, given: Mapping[str, ast.expr]) -> Iterator[tuple[str, object]]:
    for field, node in given.items():
        try:
            value = module.names.literals.value(node)
        except (NotLiteral, RecursionError):
            continue
        if field != "required_permissions" or not isinstance(value, list):
            yield field, value
