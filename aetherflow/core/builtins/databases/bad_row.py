"""A row that the database does not take, or that cannot be read."""


class BadRow(Exception):
    """A row is refused: ``number`` is its line, or its place from 1 on among the rows that were given."""

    def __init__(self, number: int, error: Exception) -> None:
        super().__init__(str(error))
        self.number = number
        self.error = error
