"""The one error that reading a condition may raise."""


class ConditionSyntaxError(ValueError):
    """A condition cannot be read; the offsets say where in its text."""

    def __init__(self, message: str, start: int, end: int, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint
