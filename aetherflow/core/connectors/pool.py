"""The connectors of a run, as `ctx.connectors`: each is built when a step first asks for it, and closed at the end."""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from aetherflow.core.connectors.resources import ResolvedResource
from aetherflow.core.contracts.connector import ConnectorBase
from aetherflow.core.contracts.errors import StepFailed
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.processes.own_process import in_this_process_alone

Caching = Literal["run", "process", "none"]


class UnknownResource(KeyError):
    """A step asked for a resource that the flow does not define."""

    def __str__(self) -> str:
        return str(self.args[0])


class ConnectorPool(Mapping[str, ConnectorBase]):
    """Connectors by the name of their resource.

    ``resolve`` gives each resource's values; ``caching`` "none" builds a new connector for every access, while "run"
    and "process" keep one for as long as the pool lives, which is one run. ``describe`` puts what a connector raised
    into words.
    """

    def __init__(
        self,
        connectors: Mapping[str, Contribution],
        resolve: Mapping[str, Callable[[], ResolvedResource]],
        on_close_error: Callable[[str, str], None],
        *,
        describe: Callable[[BaseException, Contribution], str],
        caching: Caching = "run",
    ) -> None:
        self._contributions = connectors
        self._resolve = resolve
        self._on_close_error = on_close_error
        self._describe = describe
        self._caching = caching
        self._cached: dict[str, ConnectorBase] = {}
        self._open: list[tuple[str, ConnectorBase, Contribution]] = []

    def __getitem__(self, name: str) -> ConnectorBase:
        if name in self._cached:
            return self._cached[name]
        if name not in self._resolve:
            raise UnknownResource(self._unknown(name))
        resource = self._resolve[name]()
        contribution = self._contribution(resource)
        connector = self._built(resource, contribution)
        self._open.append((name, connector, contribution))
        if self._caching != "none":
            self._cached[name] = connector
        return connector

    def __contains__(self, name: object) -> bool:
        return name in self._resolve  # without building, unlike Mapping's own

    def __iter__(self) -> Iterator[str]:
        return iter(self._resolve)

    def __len__(self) -> int:
        return len(self._resolve)

    def close_all(self) -> None:
        """Close what was built, the newest first; an error is reported and does not keep the others open."""
        self._cached.clear()
        while self._open:
            name, connector, contribution = self._open.pop()
            try:
                with in_this_process_alone():
                    connector.close()
            except Exception as error:  # noqa: BLE001  # a plugin's close may raise anything
                self._on_close_error(name, self._describe(error, contribution))

    def _contribution(self, resource: ResolvedResource) -> Contribution:
        key = f"{resource.kind}:{resource.driver}"
        if key not in self._contributions:
            raise StepFailed(
                f'resource "{resource.name}": no connector of kind "{resource.kind}" has the driver "{resource.driver}"'
            )
        return self._contributions[key]

    def _built(self, resource: ResolvedResource, contribution: Contribution) -> ConnectorBase:
        connector_class = contribution.load()
        try:
            connector: ConnectorBase = connector_class(config=resource.config, options=resource.options)
        except Exception as error:  # a plugin's constructor may raise anything
            words = self._describe(error, contribution)
            message = f'resource "{resource.name}": its connector {contribution.name} cannot be built: {words}'
            raise StepFailed(message) from error
        return connector

    def _unknown(self, name: str) -> str:
        from aetherflow.core.diagnostics.suggestion import did_you_mean  # deferred: only wanted when something is wrong

        if question := did_you_mean(name, self._resolve):
            return f'no resource is named "{name}": {question}'
        known = ", ".join(f'"{each}"' for each in self._resolve) or "none"
        return f'no resource is named "{name}"; the flow has {known}'
