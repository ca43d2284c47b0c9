"""Hands a mail to a server: recipients first, so that nothing is sent where that is not wanted."""

import smtplib

from msgspec import Struct

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.mail.faults import reply_words
from aetherflow.core.builtins.mail.message import Mail

_OK = (250, 251)


class InDoubt(StepFailed):
    """Nobody knows whether the mail was sent."""


class Delivered(Struct, frozen=True):
    """Who is in the server's hands, and who is not, with what it said."""

    accepted: tuple[str, ...]
    refused: dict[str, str]
    reply: str


def deliver(line: smtplib.SMTP, mail: Mail, *, require_all: bool) -> Delivered:
    """Send a mail once; StepFailed where the server takes it for nobody, or not for all who must get it."""
    _check_size(line, mail)
    code, said = line.mail(mail.sender, [f"size={len(mail.content)}"] if line.has_extn("size") else [])
    if code not in _OK:
        raise StepFailed(
            f'the server refuses the sender "{mail.sender}": {reply_words(code, said)}',
            hint="look at `from`, and at who signs in",
        )
    refused = _refused(line, mail)
    if len(refused) == len(mail.recipients) or (refused and require_all):
        raise _refusal(mail, refused)
    code, said = _data(line, mail)
    if code not in _OK:
        raise _unheard(reply_words(code, said))
    accepted = tuple(each for each in mail.recipients if each not in refused)
    return Delivered(accepted, refused, reply_words(code, said))


def _data(line: smtplib.SMTP, mail: Mail) -> tuple[int, bytes]:
    try:
        return line.data(mail.content)
    except smtplib.SMTPDataError as error:  # the server does not want to hear it, whatever it says
        raise _unheard(reply_words(error.smtp_code, error.smtp_error)) from None
    except OSError:  # of smtplib as well
        raise InDoubt(
            "the connection broke off before the server had said that it has the mail: it may have been sent",
            hint=f"look for it by its Message-ID, {mail.message_id}: a repetition has the same one",
        ) from None


def _unheard(words: str) -> StepFailed:
    return StepFailed(f"the server refuses the mail: {words}", hint="it was not sent to anybody")


def _refused(line: smtplib.SMTP, mail: Mail) -> dict[str, str]:
    replies = {recipient: line.rcpt(recipient) for recipient in mail.recipients}
    return {recipient: reply_words(*reply) for recipient, reply in replies.items() if reply[0] not in _OK}


def _check_size(line: smtplib.SMTP, mail: Mail) -> None:
    most = line.esmtp_features.get("size", "").strip()
    if most.isdecimal() and 0 < int(most) < len(mail.content):
        raise StepFailed(
            f"the mail has {len(mail.content):,} bytes, and the server takes {int(most):,}",
            hint="send a link in place of the file",
        )


def _refusal(mail: Mail, refused: dict[str, str]) -> StepFailed:
    (first, words), *others = refused.items()
    more = f" and {len(others)} more" if others else ""
    nobody = "" if len(refused) < len(mail.recipients) else "; nobody is left"
    return StepFailed(
        f'the server refuses the recipient "{first}"{more}: {words}{nobody}',
        hint="look at `to`, `cc` and `bcc`; nothing was sent",
        outputs={"refused": dict(refused)},
    )
