"""What can go wrong with a mail server, in words."""

import binascii
import smtplib
import ssl

from aetherflow.core.builtins.mail.settings import MailSettings
from aetherflow.core.builtins.resource_use import Trouble, trouble_of

_NOT_SMTP = -1  # the code of a reply that has none
_AGAIN = "look whether the server is well; `retry` on the step tries again"
_MOST_SAID = 300


def explain_for(settings: MailSettings) -> "_Explainer":
    """Give what puts errors of a server into words, without its password."""
    return _Explainer(settings)


class _Explainer:
    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    def __call__(self, error: Exception) -> Trouble:
        """Give the words for an error."""
        trouble = self._trouble(error)
        return Trouble(self._settings.without_credentials(trouble.message), trouble.hint)

    def _trouble(self, error: Exception) -> Trouble:
        if isinstance(error, smtplib.SMTPException) and (known := self._of_smtp(error)):
            return known
        if isinstance(error, binascii.Error):
            return Trouble("what the server says while we sign in makes no sense", _AGAIN)
        if isinstance(error, UnicodeError):
            return Trouble("it has a name or a password beyond ASCII", "the login of SMTP knows ASCII only")
        if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLCertVerificationError):
            said = (error.reason or "no agreement").replace("_", " ").lower()
            return Trouble(f"TLS with the server fails: {said}", "look at `security` and `port`")
        known = trouble_of(error)
        if isinstance(error, smtplib.SMTPServerDisconnected) and known.hint is None:
            return Trouble("the server ended the connection", _AGAIN)
        return known

    def _of_smtp(self, error: smtplib.SMTPException) -> Trouble | None:
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return Trouble(
                f"the server refuses to let in: {reply_words(error.smtp_code, error.smtp_error)}",
                "look at username and password in the resource's config",
            )
        if isinstance(error, smtplib.SMTPResponseException):
            if error.smtp_code == _NOT_SMTP:
                return Trouble("what answers there does not speak SMTP", "look at `host`, `port` and `security`")
            return Trouble(f"the server answers {reply_words(error.smtp_code, error.smtp_error)}", _AGAIN)
        if isinstance(error, smtplib.SMTPNotSupportedError) or "No suitable authentication" in str(error):
            return self._not_supported(str(error))
        return None

    def _not_supported(self, said: str) -> Trouble:
        if "STARTTLS" in said:
            return Trouble(
                "the server offers no STARTTLS",
                "look at `host` and `port`; `security: tls` is for servers that begin with TLS, on port 465 mostly",
            )
        return Trouble("the server offers no way to sign in that is known here", "look at `port` and `username`")


def reply_words(code: int, said: bytes | str) -> str:
    """Give a server's reply on one line."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(f"{code} {text}".split())[:_MOST_SAID]
