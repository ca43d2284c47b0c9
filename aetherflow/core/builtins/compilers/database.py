"""The compiler of flows in any database that SQLAlchemy knows."""

import threading
from collections.abc import Callable
from queue import Empty, Queue
from typing import Any

from aetherflow.core.api import (
    CompiledFlow,
    Diagnostic,
    InputError,
    SourceUnavailable,
    WorkflowCompilerPlugin,
    compile_document,
    register_compiler,
)
from aetherflow.core.builtins.compilers.remote import LONGEST_SECONDS, seconds
from aetherflow.core.builtins.compilers.table_uri import TableRow, definition_in, row_of
from aetherflow.core.builtins.libraries import command

_PREFIX = "db+"
_LONGEST_WORDS = 300
Rows = list[tuple[object, object]]


@register_compiler
class DatabaseCompiler(WorkflowCompilerPlugin):
    """Reads a flow from a table by any URL of SQLAlchemy: db+URL?table=workflows&name=NAME."""

    supported_schemes = ("db",)
    takes_whole_uri = True

    def __init__(self, *, timeout_seconds: float = LONGEST_SECONDS, cache_ttl_seconds: float = 0) -> None:
        self._timeout_seconds = seconds("timeout_seconds", timeout_seconds, above_zero=True)
        self.cache_ttl_seconds = seconds("cache_ttl_seconds", cache_ttl_seconds)

    def compile(self, source: str, *, workflow_name: str | None = None, validate: bool = True) -> CompiledFlow:
        """Read the row."""
        if not source.lower().startswith(_PREFIX):
            raise InputError.of(
                Diagnostic(
                    code="AF-C101",
                    message="this URI names no kind of database",
                    hint="write db+postgresql://host/database?table=workflows&name=orders, for example",
                )
            )
        row = row_of(source[len(_PREFIX) :], keeps_others=True)
        definition = definition_in(self._in_time(lambda: _rows(row)), row)
        return compile_document(definition, source=source, workflow_name=workflow_name, validate=validate)

    def _in_time(self, read: Callable[[], Rows]) -> Rows:
        """Wait for a driver as long as it may take: none of them promises to end, and none can be ended."""
        answers: Queue[Rows | BaseException] = Queue()
        threading.Thread(target=lambda: answers.put(_outcome(read)), daemon=True).start()
        try:
            answer = answers.get(timeout=self._timeout_seconds)
        except Empty:
            late = f"the database did not answer within {self._timeout_seconds:g} seconds"
            raise SourceUnavailable.of(_unread("AF-C107", late)) from None
        if isinstance(answer, BaseException):
            raise answer
        return answer


def _outcome(read: Callable[[], Rows]) -> Rows | BaseException:
    try:
        return read()
    except BaseException as error:  # noqa: BLE001  # foreign code: drivers raise what they like; it is raised again
        return error


def _rows(row: TableRow) -> Rows:
    try:
        import sqlalchemy  # deferred: an extra
    except ImportError:
        what = 'this needs the Python package "SQLAlchemy", which is not installed'
        raise InputError.of(Diagnostic(code="AF-C102", message=what, hint=command("db"))) from None
    try:
        engine = sqlalchemy.create_engine(row.database, poolclass=sqlalchemy.NullPool)
        with engine.connect() as connection:
            return [(found[0], found[1]) for found in connection.execute(_query(sqlalchemy, row))]
    except ModuleNotFoundError as error:
        what = f'this needs the Python package "{error.name}", which is not installed'
        hint = "install the driver that the URI names, where AetherFlow is"
        raise InputError.of(Diagnostic(code="AF-C102", message=what, hint=hint)) from None
    except (sqlalchemy.exc.NoSuchModuleError, sqlalchemy.exc.ArgumentError):
        what = "the database cannot be read: its URL is none that SQLAlchemy knows"
        raise InputError.of(_unread("AF-C121", what)) from None
    except (TypeError, ValueError) as error:  # of `connect`: the parameters of a URL are its keywords
        if "?" not in row.database:
            raise
        what = f"its driver does not take the parameters of the URI: {_said(error, _password(sqlalchemy, row))}"
        hint = "what is not `table`, `name`, `name_column` or `definition_column` is the driver's"
        raise InputError.of(Diagnostic(code="AF-C120", message=what, hint=hint)) from None
    except sqlalchemy.exc.SQLAlchemyError as error:
        said = _said(getattr(error, "orig", None) or error, _password(sqlalchemy, row))
        raise SourceUnavailable.of(_unread("AF-C121", f"the database cannot be read: {said}")) from None


def _query(sqlalchemy: Any, row: TableRow) -> Any:
    """Ask for the row; SQLAlchemy quotes names and binds the value, each as the database wants it."""
    name, definition = sqlalchemy.column(row.name_column), sqlalchemy.column(row.definition_column)
    query = sqlalchemy.select(name, definition).select_from(sqlalchemy.table(row.table)).limit(2)
    return query if row.name is None else query.where(name == row.name)


def _password(sqlalchemy: Any, row: TableRow) -> object:
    return sqlalchemy.make_url(row.database).password


def _said(error: BaseException, password: object) -> str:
    """Give the words of a driver, on one line; its kind alone where the password stands in them."""
    words = " ".join(str(error).split())[:_LONGEST_WORDS]
    is_open = not password or str(password) not in words
    return words if words and is_open else type(error).__name__


def _unread(code: str, what: str) -> Diagnostic:
    hint = (
        "look at the database, at the user's rights, and at `table`, `name_column` and `definition_column` of the URI"
    )
    return Diagnostic(code=code, message=what, hint=hint)
