"""A resource as one side of a transfer: its connector, and words for what goes wrong with it."""

from contextlib import AbstractContextManager

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.files.connector import FilesConnector
from aetherflow.core.builtins.resource_use import Trouble, connector_of, told_of, trouble_of


class Side:
    """A resource of kind `files` that a step uses."""

    def __init__(self, ctx: StepContext, name: str) -> None:
        self.name = name
        self._ctx = ctx
        connector = connector_of(ctx, name)
        if not isinstance(connector, FilesConnector):
            raise StepFailed(f'resource "{name}": it is none of kind "files"')
        self.connector: FilesConnector = connector

    def told(self, doing: str = "") -> AbstractContextManager[None]:
        """Put what a block raises into words about this resource, and what was done then, with nothing that it says."""
        return told_of(self._ctx, self.name, lambda error: self._explain(error, doing))

    def failed(self, message: str, hint: str | None = None) -> StepFailed:
        """Give a failure that names the resource."""
        return StepFailed(f'resource "{self.name}": {self._ctx.mask(message)}', hint=hint)

    def _explain(self, error: Exception, doing: str) -> Trouble:
        trouble = self.connector.explain(error) or trouble_of(error)
        hidden = self.connector.without_credentials
        message = hidden(trouble.message)
        return Trouble(f"{doing}: {message}" if doing else message, trouble.hint and hidden(trouble.hint))
