"""The four levels of what plugins log."""


class LevelLog:
    """Implements the contract `StepLog`; a sub-class says where a line of a level goes."""

    def debug(self, message: str) -> None:
        """Log for those who look closely."""
        self._log("debug", message)

    def info(self, message: str) -> None:
        """Log what happens."""
        self._log("info", message)

    def warning(self, message: str) -> None:
        """Log what deserves a look."""
        self._log("warning", message)

    def error(self, message: str) -> None:
        """Log what went wrong."""
        self._log("error", message)

    def _log(self, level: str, message: str) -> None:
        raise NotImplementedError
