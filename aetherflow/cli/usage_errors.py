"""The errors of a command line that cannot be understood."""

import typer

EXIT_USAGE = 2

#: The base of Typer's usage errors. Its public name, `typer.TyperException`, came with 0.27.
AnyUsageError: type[Exception] = typer.BadParameter.__bases__[0]


class UsageProblem(typer.BadParameter):
    """The command line cannot be understood; the message says why, the hint what to write."""

    def __init__(self, message: str, *, hint: str | None = None, ctx: typer.Context | None = None) -> None:
        super().__init__(message, ctx=ctx)
        self.hint = hint
