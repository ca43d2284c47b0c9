"""Whether a schema that a plugin declares is one."""

from typing import Any


def schema_problem(schema: Any, *, may_be_record: bool) -> str | None:
    """Say what is wrong with a declared schema, or give None; ``may_be_record``: a typed record will do as well."""
    if isinstance(schema, type) and may_be_record:
        return _record_problem(schema)
    if not isinstance(schema, dict):
        return f"it is {type(schema).__name__}, not a mapping"
    # deferred: 50 ms, only wanted by plugins with a JSON Schema of their own
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = error.json_path.removeprefix("$.").removeprefix("$")
        return f"{place}: {error.message}" if place else error.message
    except Exception as error:  # noqa: BLE001  # a schema that is no JSON at all can raise anything
        return f"{type(error).__name__}: {error}"
    return None


def _record_problem(record: type) -> str | None:
    import msgspec

    try:
        schema = msgspec.json.schema(record)
    except Exception as error:  # noqa: BLE001  # annotations are foreign code
        reason = str(error).strip().rpartition("\n")[2]  # what comes before is advice for whoever calls msgspec
        return f"the class {record.__name__} is no msgspec Struct or dataclass that can be described: {reason}"
    described = schema["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if described.get("type") != "object":
        return f"the class {record.__name__} is no msgspec Struct or dataclass: inputs are a mapping"
    return None
