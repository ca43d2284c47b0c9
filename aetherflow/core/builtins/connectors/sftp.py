"""The connector of SFTP servers."""

from typing import Any, ClassVar

from aetherflow.core.api import register_connector
from aetherflow.core.builtins.files import sftp_failures
from aetherflow.core.builtins.files.connector import TIMEOUTS, FilesConnector
from aetherflow.core.builtins.files.store import FileStore
from aetherflow.core.builtins.libraries import needed
from aetherflow.core.builtins.resource_use import Trouble


@register_connector(kind="files", driver="sftp")
class SftpConnector(FilesConnector):
    """Connects to an SFTP server by paramiko, which `pip install 'aetherflow[sftp]'` brings.

    Nobody is signed in to before the host key is known to be right: by known_hosts, or by `host_key`. An unknown or
    changed key fails the step, which shows its fingerprint. `~/.ssh/config` is not read. Connections are kept for the
    run, one for each file that is transferred at the same time. Links on the server are not followed.
    """

    config_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "host": {"type": "string", "minLength": 1, "description": "The server."},
            "port": {"type": "integer", "minimum": 1, "maximum": 65535, "default": 22, "description": "Its port."},
            "root": {
                "type": "string",
                "default": ".",
                "description": "The folder that all paths begin at; a relative one begins where the server puts us.",
            },
            "username": {"type": "string", "minLength": 1, "description": "Who signs in."},
            "password": {
                "type": "string",
                "description": "The password; see [secret values](../../resources.md#secret-values).",
            },
            "key_filename": {"type": "string", "minLength": 1, "description": "The file of a private key."},
            "private_key": {"type": "string", "minLength": 1, "description": "The text of a private key instead."},
            "passphrase": {"type": "string", "description": "That of the private key."},
        },
        "required": ["host", "username"],
        "additionalProperties": False,
    }
    options_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            **TIMEOUTS,
            "known_hosts": {
                "type": "string",
                "minLength": 1,
                "description": "A file in place of `~/.ssh/known_hosts` and `/etc/ssh/ssh_known_hosts`.",
            },
            "host_key": {
                "type": "string",
                "minLength": 1,
                "description": "Its key, `SHA256:…` or `ssh-ed25519 AAAA…`; nothing else counts then.",
            },
            "insecure_host_key": {
                "type": "boolean",
                "default": False,
                "description": "true trusts any server, and tells the password to whoever stands in between.",
            },
            "allow_agent": {
                "type": "boolean",
                "default": False,
                "description": "Whether the keys of the SSH agent are tried.",
            },
            "look_for_keys": {
                "type": "boolean",
                "default": False,
                "description": "Whether the keys in `~/.ssh` are tried.",
            },
            "compress": {"type": "boolean", "default": False, "description": "Whether the connection is compressed."},
            "keepalive_seconds": {
                "type": "integer",
                "minimum": 0,
                "default": 15,
                "description": "How often a word is sent on a connection that is idle; 0: never.",
            },
        },
        "additionalProperties": False,
    }
    public_keys: ClassVar[frozenset[str]] = frozenset(
        {"host", "root", "username", "key_filename", "known_hosts", "host_key"}
    )

    @property
    def place(self) -> str:
        """Where it leads."""
        return f"sftp://{self.config['host']}:{self.config.get('port', 22)}/{self.config.get('root', '.')}"

    def opened(self) -> FileStore:
        """Open a new connection."""
        needed("paramiko", "sftp")
        from aetherflow.core.builtins.files.sftp_session import signed_in  # deferred: paramiko, an extra
        from aetherflow.core.builtins.files.sftp_store import SftpStore  # deferred, as above

        client = signed_in(self.config, self.options, self.connect_seconds)
        return SftpStore(client, self.config.get("root", "."), self.answer_seconds)

    def explain(self, error: Exception) -> Trouble | None:
        """Give the words for what paramiko raised."""
        return sftp_failures.explain(error)
