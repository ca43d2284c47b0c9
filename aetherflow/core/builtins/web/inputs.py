"""What the step http_request is told."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from aetherflow.core.builtins.web.contents import Parse
from aetherflow.core.builtins.web.statuses import Statuses

Scalar = str | int | float | bool | None
Parameters = dict[str, Scalar | list[Scalar]]

#: What may be sent again without harm, as HTTP has it: the server does the same thing once.
REPEATABLE = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")


class Pagination(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the pages of a list hang together."""

    type: Annotated[
        Literal["link", "cursor"],
        Meta(description="`link`: the header `Link` names the next page; `cursor`: the page does, in its JSON."),
    ]
    items: Annotated[
        str, Meta(description="Where in a page its items are: keys with dots between; empty: the page is the list.")
    ] = ""
    cursor: Annotated[
        str, Meta(description="Where in a page the cursor of the next one is; none, null, false, 0 or empty ends it.")
    ] = ""
    cursor_param: Annotated[
        str | None,
        Meta(
            description="The parameter that takes the cursor, in place of what `query` says of it; without it the"
            " cursor is the next page's URL."
        ),
    ] = None
    max_pages: Annotated[int, Meta(ge=1, description="More pages fail the step.")] = 100
    max_items: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="More items fail the step; without it 10000, with `save_to` any number."),
    ] = None
    skip_when_empty: Annotated[bool, Meta(description="false: no items are a success.")] = True


class HttpRequestInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request, and what becomes of its answer."""

    resource: Annotated[
        str,
        Meta(description="The name of a resource of kind rest.", extra_json_schema={"x-aetherflow-resource": "rest"}),
    ]
    method: Annotated[
        Literal["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH"],
        Meta(
            description="The method.",
            extra_json_schema={"x-aetherflow-effects": dict.fromkeys(REPEATABLE, "idempotent")},
        ),
    ] = "GET"
    path: Annotated[str, Meta(description="The path below the resource's base_url.")] = ""
    query: Annotated[Parameters, Meta(description="Parameters of the URL; a list gives one several times.")] = {}
    headers: Annotated[dict[str, str], Meta(description="Further headers; they win over the resource's.")] = {}
    json: Annotated[Any, Meta(description="What is sent, as JSON.")] = None
    form: Annotated[Parameters | None, Meta(description="What is sent, as a form.")] = None
    body: Annotated[str | None, Meta(description="What is sent, as text.")] = None
    file: Annotated[str | None, Meta(description="The file that is sent; relative: among the job's artifacts.")] = None
    content_type: Annotated[
        str | None, Meta(description="What is sent is of this type; without it by `json`, `form`, `body` or `file`.")
    ] = None
    idempotency_key: Annotated[
        str | bool,
        Meta(
            description="Sent as `Idempotency-Key`, by which the server knows a repetition; true: one of this step and"
            " run. Such a POST or PATCH may be made again.",
            extra_json_schema={"x-aetherflow-effects": "idempotent"},
        ),
    ] = False
    repeat: Annotated[
        bool, Meta(description="true: a POST or PATCH too is made again where it failed; it may then arrive twice.")
    ] = False
    expect_status: Annotated[
        Statuses,
        Meta(description="Answers that are right: numbers, and ranges; a redirect among them is not followed."),
    ] = "200-299"
    skip_on_status: Annotated[
        Statuses, Meta(description="Answers that mean that there is nothing: the step ends SKIPPED, as by 204 or 404.")
    ] = []
    keep_headers: Annotated[list[str], Meta(description="Headers of the answer that become outputs.")] = []
    parse: Annotated[
        Parse | None, Meta(description="Take the answer for `json` or `text`; without it as its type says.")
    ] = None
    max_bytes: Annotated[
        int, Meta(ge=1, le=64_000_000, description="A longer answer fails the step, unless it goes to a file.")
    ] = 1_000_000
    save_to: Annotated[
        str | None,
        Meta(description="The file for the answer, among the job's artifacts; of pages: an item a line, as JSON."),
    ] = None
    max_file_bytes: Annotated[int, Meta(ge=1, description="A longer file fails the step.")] = 10_000_000_000
    pagination: Annotated[Pagination | None, Meta(description="Ask for all pages of a list, by GET.")] = None
