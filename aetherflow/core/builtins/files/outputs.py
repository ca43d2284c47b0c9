"""Outputs that the file steps share."""

from typing import Any

from aetherflow.core.builtins.files.transfer import Transferred

#: More would make the run's record large; the manifest has all of them.
MOST_LISTED = 10_000

MODIFIED = {"type": ["string", "null"], "description": "When it was changed, as ISO 8601 in UTC."}
COUNT = {"type": "integer", "description": "How many files that are."}
BYTES = {"type": "integer", "description": "How many bytes they have together."}
MANIFEST = {"type": "string", "description": "The manifest: what was done, a JSON object a line."}


def files_schema(what: str, **properties: dict[str, Any]) -> dict[str, Any]:
    """Describe a list of files."""
    known = {
        "path": {"type": "string"},
        "size": {"type": "integer"},
        "modified": {"type": ["string", "null"]},
        **properties,
    }
    described = ", ".join(known)
    return {
        "type": "array",
        "items": {"type": "object", "properties": known},
        "description": f"{what}, each with {described}; the first {MOST_LISTED:,} of them.",
    }


TRANSFER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "files": files_schema("The files, in order of path", target={"type": "string"}, sha256={"type": "string"}),
        "count": COUNT,
        "bytes": BYTES,
        "transferred": {"type": "integer", "description": "How many of them this attempt has transferred."},
        "resumed": {"type": "integer", "description": "How many an earlier attempt of this step had transferred."},
        "skipped": {"type": "integer", "description": "How many were left as they are, by `if_exists: skip`."},
        "manifest": MANIFEST,
    },
    "required": ["files", "count", "bytes", "transferred", "resumed", "skipped", "manifest"],
    "additionalProperties": False,
}


def transfer_outputs(result: Transferred, manifest: str, *, folder: str = "") -> dict[str, Any]:
    """Give the outputs of a step that transfers files; ``folder`` is put before each target."""
    files = [
        {
            "path": each.path,
            "size": each.size,
            "modified": each.modified,
            "target": folder + each.target,
            "sha256": each.sha256,
        }
        for each in result.done[:MOST_LISTED]
    ]
    return {
        "files": files,
        "count": len(result.done),
        "bytes": sum(each.size for each in result.done),
        "transferred": result.new,
        "resumed": len(result.done) - result.new,
        "skipped": result.skipped,
        "manifest": manifest,
    }
