"""Inputs that the database steps share."""

from typing import Annotated

from msgspec import Meta

ResourceName = Annotated[
    str, Meta(description="The name of a resource of kind db.", extra_json_schema={"x-aetherflow-resource": "db"})
]
Bindable = None | bool | int | float | str
Params = Annotated[
    list[Bindable] | dict[str, Bindable], Meta(description="Values that are bound to the placeholders, never pasted.")
]
