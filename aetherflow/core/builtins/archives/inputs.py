"""Inputs that the archive steps share."""

from typing import Annotated

from msgspec import Meta

ResourceName = Annotated[
    str,
    Meta(
        description="The name of a resource of kind archive.",
        extra_json_schema={"x-aetherflow-resource": "archive"},
    ),
]
ArchivePath = Annotated[
    str, Meta(min_length=1, description="The archive; a relative path is among the job's artifacts.")
]
