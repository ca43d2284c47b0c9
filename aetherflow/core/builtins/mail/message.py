"""The mail itself: made before any server is asked, from what the flow says and nothing that could become a header."""

import re
from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from mimetypes import guess_type
from pathlib import Path

from msgspec import Struct

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.mail.addresses import address, addresses
from aetherflow.core.builtins.mail.header_texts import is_one_line, refuse_encoded
from aetherflow.core.builtins.mail.inputs import Attachment, MailSendInputs
from aetherflow.core.builtins.output_file import input_path, step_digest

# Servers that know 7 bits only get what they can read, whatever they say of themselves.
_POLICY = SMTP.clone(cte_type="7bit")
_HALF = re.compile(r"[\ud800-\udfff]")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,76}")
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*", re.IGNORECASE)
_OUR_HEADERS = frozenset({"from", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "sender"})
#: What says how a mail is to be read, and which way it took.
_MACHINES = ("mime-version", "content-", "received", "return-path", "resent-", "dkim-")


class Mail(Struct, frozen=True):
    """A mail that is ready: who sends it to whom, how it is known, and its bytes."""

    sender: str
    recipients: tuple[str, ...]
    message_id: str
    content: bytes


def mail_of(ctx: StepContext, inputs: MailSendInputs) -> Mail:
    """Make the mail; StepFailed says what of it cannot be."""
    if inputs.text is None and inputs.html is None:
        raise StepFailed("the mail says nothing", hint="write `text`, `html`, or both")
    sender = address(inputs.sender, "from")
    to, cc, bcc = (addresses(getattr(inputs, key), key) for key in ("to", "cc", "bcc"))
    message_id = _message_id(ctx, sender)
    message = EmailMessage(policy=_POLICY)
    _address(message, inputs, sender, to, cc)
    message["Subject"] = _line(inputs.subject, "subject")
    message["Date"] = formatdate()
    message["Message-ID"] = message_id
    for name, value in inputs.headers.items():
        message[_name(name)] = _line(value, f"headers.{name}")
    _fill(message, inputs.text, inputs.html)
    for attachment, path in _attachments(ctx, inputs):
        _attach(message, attachment, path, inputs.max_bytes)
    recipients = tuple(dict.fromkeys(each.addr_spec for each in (*to, *cc, *bcc)))
    content = message.as_bytes()
    if len(content) > inputs.max_bytes:
        raise _too_large(len(content), inputs.max_bytes)
    return Mail(sender.addr_spec, recipients, message_id, content)


def _address(
    message: EmailMessage, inputs: MailSendInputs, sender: Address, to: list[Address], cc: list[Address]
) -> None:
    message["From"] = sender
    message["To"] = to or "undisclosed-recipients:;"
    if cc:
        message["Cc"] = cc
    if reply_to := addresses(inputs.reply_to, "reply_to"):
        message["Reply-To"] = reply_to


def _message_id(ctx: StepContext, sender: Address) -> str:
    """Give the same in every attempt of a step, another in any other run: by it a mail that came twice is known."""
    run_id = re.sub(r"[^A-Za-z0-9-]+", "-", ctx.run_id)
    return f"<{step_digest(ctx, 'mail')}.{run_id}@{sender.domain}>"


def _fill(message: EmailMessage, text: str | None, html: str | None) -> None:
    for key, said in (("text", text), ("html", html)):
        if said is not None and _HALF.search(said):
            raise StepFailed(f"`{key}` has something in it that is no character: what it comes from is not UTF-8")
    if text is not None:
        message.set_content(text)
    if html is not None and text is not None:
        message.add_alternative(html, subtype="html")
    elif html is not None:
        message.set_content(html, subtype="html")


def _attachments(ctx: StepContext, inputs: MailSendInputs) -> Iterator[tuple[Attachment, Path]]:
    """Give the files, after a look at their sizes: base64 makes them a third longer."""
    given = [Attachment(path=each) if isinstance(each, str) else each for each in inputs.attachments]
    found = [(each, input_path(ctx, each.path, "attachments")) for each in given]
    size = sum(path.stat().st_size for _, path in found) * 4 // 3
    if size > inputs.max_bytes:
        raise _too_large(size, inputs.max_bytes)
    yield from found


def _attach(message: EmailMessage, attachment: Attachment, path: Path, most_bytes: int) -> None:
    name = _line(attachment.name or path.name, "attachments")
    kind = attachment.type or guess_type(name)[0] or "application/octet-stream"
    if not _TYPE.fullmatch(kind):
        raise StepFailed(f"`attachments`: {kind!r} is no type", hint="write text/csv, application/zip")
    main, _, sub = kind.partition("/")
    with path.open("rb") as file:  # which may be longer by now, or a device, which has no length
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise _too_large(len(content), most_bytes)
    message.add_attachment(content, maintype=main, subtype=sub, filename=name)


def _name(name: str) -> str:
    if not _HEADER_NAME.fullmatch(name):
        raise StepFailed(f"`headers`: no header can be named {name!r}")
    if name.lower() in _OUR_HEADERS or name.lower().startswith(_MACHINES):
        raise StepFailed(f'`headers`: "{name}" is made of the other inputs, and cannot be written')
    return name


def _line(text: str, key: str) -> str:
    if not is_one_line(text):
        raise StepFailed(f"`{key}` has a line break or another character that no header can have")
    refuse_encoded(text, key)
    return text


def _too_large(size: int, most: int) -> StepFailed:
    return StepFailed(
        f"the mail has {size:,} bytes, and {most:,} are allowed",
        hint="raise `max_bytes` where the servers take that, or send a link in place of the file",
    )
