"""One transaction of a step on a database resource: watched over, committed at its end, or as if it had never been."""

from collections.abc import Iterator
from contextlib import contextmanager

from aetherflow.core.api import StepContext
from aetherflow.core.builtins.databases.choice import dialect_of, explain
from aetherflow.core.builtins.databases.dialect import Dialect
from aetherflow.core.builtins.databases.watch import StatementWatch, quietly
from aetherflow.core.builtins.resource_use import Explain, Trouble, connector_of, trouble_of, using


class Session:
    """The dialect of the connection, and the watch over it: `touch` it whenever something came from the server."""

    def __init__(self, dialect: Dialect, watch: StatementWatch) -> None:
        self.dialect = dialect
        self.touch = watch.touch


@contextmanager
def session(ctx: StepContext, resource: str) -> Iterator[Session]:
    """Give a transaction on a resource for a block: committed after it, rolled back when anything is raised.

    StepFailed names the resource, and says in words what the database said; an interrupt passes.
    """
    with using(ctx, resource, _explain_for(ctx, resource)) as connector:
        connection = connector.connect()
        dialect = dialect_of(connection, getattr(connector, "opened", None))
        dialect.begin()
        with dialect.watched(ctx, getattr(connector, "answer_seconds", None)) as watch:
            try:
                yield Session(dialect, watch)
                dialect.commit()
            except BaseException as error:
                failure = watch.failure()
                if failure is None and not isinstance(error, Exception):  # an interrupt, perhaps amid a statement
                    quietly(dialect.cancel)
                dialect.give_up(is_usable=failure is None and isinstance(error, Exception))
                if failure is not None:
                    raise failure from None
                raise


def _explain_for(ctx: StepContext, resource: str) -> Explain:
    """Give the words for an error of any driver, without the password, which the run may not know for a secret."""

    def explained(error: Exception) -> Trouble:
        trouble = explain(error) or trouble_of(error)
        hidden = getattr(connector_of(ctx, resource), "without_credentials", str)
        return Trouble(hidden(trouble.message), trouble.hint and hidden(trouble.hint))

    return explained
