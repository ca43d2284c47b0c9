"""What the step mail_send is told."""

from typing import Annotated

from msgspec import Meta, Struct, field

Addresses = str | list[str]


class Attachment(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file that goes along, under another name or type than its own."""

    path: Annotated[str, Meta(description="The file; a relative path is among the job's artifacts.")]
    name: Annotated[str | None, Meta(description="How it is called in the mail.")] = None
    type: Annotated[str | None, Meta(description="Its type, as text/csv; without it by its name.")] = None


class MailSendInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mail, and by which server it is sent."""

    resource: Annotated[
        str,
        Meta(description="The name of a resource of kind mail.", extra_json_schema={"x-aetherflow-resource": "mail"}),
    ]
    sender: Annotated[str, Meta(description="Who sends it: `reports@example.org`, or `Reports <…>`.")] = field(
        name="from"
    )
    to: Annotated[Addresses, Meta(description="Who gets it: an address, or a list of them.")] = []
    cc: Annotated[Addresses, Meta(description="Who gets a copy, and all see it.")] = []
    bcc: Annotated[Addresses, Meta(description="Who gets a copy that the others do not see.")] = []
    reply_to: Annotated[Addresses, Meta(description="Where answers go, in place of the sender.")] = []
    subject: Annotated[str, Meta(description="The subject, on one line.")]
    text: Annotated[str | None, Meta(description="What it says, as text.")] = None
    html: Annotated[str | None, Meta(description="What it says, as HTML; with `text`, both.")] = None
    attachments: Annotated[
        list[str | Attachment], Meta(max_length=100, description="Files that go along: paths, or mappings.")
    ] = []
    headers: Annotated[dict[str, str], Meta(description="Further headers, as `X-Priority` or `List-Id`.")] = {}
    max_bytes: Annotated[int, Meta(ge=1, le=100_000_000, description="A larger mail fails the step.")] = 25_000_000
    require_all: Annotated[
        bool,
        Meta(description="true: where the server refuses one recipient, nobody gets it; false: the others do."),
    ] = False
