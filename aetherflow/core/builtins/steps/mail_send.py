"""The step type mail_send: a mail by a server."""

from typing import TYPE_CHECKING, Any, ClassVar

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS, Step, StepContext, StepResult, register_step
from aetherflow.core.builtins.cancellation import ended_when_cancelled, out_of_time
from aetherflow.core.builtins.mail.inputs import MailSendInputs
from aetherflow.core.builtins.mail.settings import settings_of
from aetherflow.core.builtins.resource_use import Explain, Trouble, connector_of, using

if TYPE_CHECKING:
    from aetherflow.core.builtins.mail.delivery import Delivered
    from aetherflow.core.builtins.mail.message import Mail


@register_step("mail_send")
class MailSend(Step):
    """Sends a mail, as text, HTML or both, with attachments.

    It is sent once: after a crash in the middle of it, a resume asks you whether it shall be sent again. Its Message-ID
    is the same in every attempt of the step, and another in any other run: by that, a mail that came twice is known.
    Recipients that the server refuses are in the output `refused`, and a warning says so; where it refuses all of them,
    or one with `require_all`, nothing is sent and the step fails. Without recipients the step ends SKIPPED. An
    attachment is a path, or a mapping of `path`, `name` (how it is called in the mail) and `type` (`text/csv`).
    """

    effects = "once"
    input_schema: ClassVar[type] = MailSendInputs
    output_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "message_id": {"type": "string", "description": "By what the mail is known."},
            "accepted": {
                "type": "array",
                "items": {"type": "string"},
                "description": "The addresses for which the server has taken it, those of bcc too.",
            },
            "refused": {"type": "object", "description": "The addresses that it refused, each with what it said."},
            "bytes": {"type": "integer", "description": "How long the mail is."},
            "reply": {"type": ["string", "null"], "description": "What the server said at the end."},
        },
        "required": ["message_id", "accepted", "refused", "bytes", "reply"],
        "additionalProperties": False,
    }

    def run(self, ctx: StepContext, inputs: MailSendInputs) -> StepResult:
        """Send it; StepFailed names the resource, and says what the server said."""
        from aetherflow.core.builtins.mail.message import mail_of  # deferred: email is 20 ms, here where it is wanted

        mail = mail_of(ctx, inputs)
        outputs = {"message_id": mail.message_id, "bytes": len(mail.content)}
        if not mail.recipients:
            nobody = {**outputs, "accepted": [], "refused": {}, "reply": None}
            return StepResult(STEP_SKIPPED, nobody, reason="there are no recipients")
        delivered = _delivered(ctx, inputs, mail)
        for recipient, words in delivered.refused.items():
            ctx.log.warning(ctx.mask(f'the server refuses the recipient "{recipient}": {words}'))
        outputs |= {"accepted": list(delivered.accepted), "refused": delivered.refused, "reply": delivered.reply}
        return StepResult(STEP_SUCCESS, outputs)


def _delivered(ctx: StepContext, inputs: MailSendInputs, mail: "Mail") -> "Delivered":
    from aetherflow.core.builtins.mail.delivery import InDoubt, deliver  # deferred: as above

    with using(ctx, inputs.resource, _explain_for(ctx, inputs.resource)) as connector:
        line = connector.watch
        with ended_when_cancelled(ctx, line.cut, line.is_late) as watch:
            try:
                return deliver(connector.connect(), mail, require_all=inputs.require_all)
            except BaseException as error:  # an interrupt too leaves the session in the middle of something
                connector.abandon()
                if isinstance(error, InDoubt):
                    error.timed_out = watch.has_fired
                    raise
                if isinstance(error, Exception) and watch.has_fired:
                    raise out_of_time("the mail") from None
                if isinstance(error, Exception) and watch.was_late:
                    raise TimeoutError from None
                raise


def _explain_for(ctx: StepContext, resource: str) -> Explain:
    def explained(error: Exception) -> Trouble:
        from aetherflow.core.builtins.mail.faults import explain_for  # deferred: as above

        connector = connector_of(ctx, resource)
        return explain_for(settings_of(connector.config, connector.options))(error)

    return explained
