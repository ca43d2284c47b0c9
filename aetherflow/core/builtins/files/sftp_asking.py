"""Requests to an SFTP server that are on their way together, and their answers, on the caller's own thread.

By the requests that paramiko makes itself: its own reading ahead goes on for ever on a thread of its own where nobody
reads to the end, and prints a traceback where the connection breaks; its listing fails by one name that is no text.
"""

from typing import Any

import paramiko
from paramiko.sftp import CMD_STATUS


class Asking:
    """What was asked of one server, each thing by a number; right answers are of the kind ``wanted``."""

    def __init__(self, sftp: paramiko.SFTPClient, wanted: int) -> None:
        self._sftp: Any = sftp
        self._wanted = wanted
        self._answers: dict[int, paramiko.Message | Exception] = {}

    def ask(self, request: int, *arguments: object) -> int:
        """Send a request; gives its number."""
        number: int = self._sftp._async_request(self, request, *arguments)
        return number

    def answer_to(self, number: int) -> paramiko.Message | None:
        """Wait for an answer; None where the server says that there is no more."""
        while number not in self._answers:
            self._sftp._read_response()
        answer = self._answers.pop(number)
        if isinstance(answer, EOFError):
            return None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _async_response(self, kind: int, message: paramiko.Message, number: int) -> None:
        """Take an answer; paramiko calls this by its name."""
        if kind == self._wanted:
            self._answers[number] = message
            return
        try:
            if kind == CMD_STATUS:
                self._sftp._convert_status(message)
            self._answers[number] = EOFError()
        except (OSError, EOFError) as error:
            self._answers[number] = error
