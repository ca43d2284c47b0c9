"""The connector of mail servers."""

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from aetherflow.core.api import ConnectorBase, register_connector
from aetherflow.core.builtins.mail.settings import MailSettings, settings_of

if TYPE_CHECKING:
    from aetherflow.core.builtins.mail.line import LineWatch, MailLine


@register_connector(kind="mail", driver="smtp")
class SmtpConnector(ConnectorBase):
    """Sends mail by a server that speaks SMTP, over TLS whose certificate is checked.

    A password is never sent without TLS, unless `allow_plain_auth` says so. One session serves the steps of a run; one
    that the server has closed since is replaced by a new one. `connect()` gives it, as `smtplib.SMTP`.
    Where the password may stand: [secret values](../../resources.md#secret-values).
    """

    config_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "host": {"type": "string", "minLength": 1, "description": "The server; its certificate must be for that."},
            "port": {
                "type": "integer",
                "minimum": 1,
                "maximum": 65535,
                "description": "Its port; without it 587, by `tls` 465, by `none` 25.",
            },
            "username": {"type": "string", "description": "Who signs in; without it nobody does."},
            "password": {
                "type": "string",
                "description": "The password.",
            },
        },
        "required": ["host"],
        "additionalProperties": False,
    }
    options_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "security": {
                "enum": ["starttls", "tls", "none"],
                "default": "starttls",
                "description": "TLS that begins after a word (`starttls`), from the first byte, or not at all.",
            },
            "ca_file": {
                "type": "string",
                "minLength": 1,
                "description": "A file of authorities to trust, in the place of the system's.",
            },
            "allow_plain_auth": {
                "type": "boolean",
                "default": False,
                "description": "true: by `security: none` the password is sent for everybody on the way to read.",
            },
            "connect_timeout_seconds": {
                "type": "number",
                "exclusiveMinimum": 0,
                "default": 10,
                "description": "How long opening a connection may take.",
            },
            "timeout_seconds": {
                "type": "number",
                "exclusiveMinimum": 0,
                "default": 30,
                "description": "How long the server may send nothing; a reply as a whole has twice that.",
            },
        },
        "additionalProperties": False,
    }

    def __init__(self, *, config: dict[str, Any], options: dict[str, Any]) -> None:
        super().__init__(config=config, options=options)
        self._line: MailLine | None = None
        self._watch: LineWatch | None = None

    @cached_property
    def settings(self) -> MailSettings:
        """Config and options together; raises StepFailed for what cannot be."""
        return settings_of(self.config, self.options)

    @property
    def watch(self) -> "LineWatch":
        """What another thread may do to the line, also while it is being opened."""
        from aetherflow.core.builtins.mail.line import LineWatch  # deferred: smtplib and email are 20 ms

        if self._watch is None:
            self._watch = LineWatch(self.settings.timeout_seconds)
        return self._watch

    def connect(self) -> "MailLine":
        """Open a session, or give the open one, a new one where the server has closed that."""
        from aetherflow.core.builtins.mail.line import MailLine  # deferred: as above

        self.watch.touch()
        if self._line is not None and not _is_alive(self._line):
            self.close()
        if self._line is None:
            self._line = MailLine(self.settings, self.watch)
        return self._line

    def close(self) -> None:
        """End the session, if there is one."""
        if self._line is not None:
            with suppress(Exception):  # foreign code: of a session that broke, all that matters is that it is gone
                self._line.quit()
        self.abandon()

    def abandon(self) -> None:
        """Let go of a session without a word: the server may be in the middle of anything."""
        line, self._line = self._line, None
        if line is not None:
            line.close()
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()


def _is_alive(line: "MailLine") -> bool:
    try:
        return line.noop()[0] == 250
    except Exception:  # noqa: BLE001  # foreign code: whatever it is, the session is over
        return False
