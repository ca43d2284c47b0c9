"""Who is asked, in which order: plugins as they load, and what is one plugin's by file and line."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from aetherflow.core.contracts.hook import PluginHook, hook_named
from aetherflow.core.contracts.plugin import BasePlugin
from aetherflow.core.contracts.registry import Contribution, Registry
from aetherflow.core.runner.hooks.function import HookFunction


def loading_order(contributions: Iterable[Contribution], load_order: Sequence[str]) -> list[Contribution]:
    """Sort what plugins register; ``load_order`` are the ids of those that were found, all others come last."""
    position = {plugin: number for number, plugin in enumerate(load_order)}
    return sorted(contributions, key=lambda each: (position.get(each.plugin, len(position)), each.file, each.line))


def asked_functions(
    registry: Registry,
    objects: Mapping[str, BasePlugin],
    load_order: Sequence[str],
    tolerates: Callable[[Contribution], bool],
    config_of: Callable[[Contribution], Mapping[str, Any]],
) -> Iterator[HookFunction]:
    """Give every function with the point at which it is asked, in the order of asking."""
    for contribution in loading_order((*registry.hooks, *registry.plugins), load_order):
        is_tolerated, config = tolerates(contribution), config_of(contribution)
        if contribution.kind == "hook":
            hook, target = hook_named(contribution.name), contribution.load()
            found = [(hook, getattr(target, "__name__", contribution.name), target)] if hook else []
        else:
            found = list(_answers(objects.get(contribution.name)))
        for hook, name, call in found:
            yield HookFunction(
                hook=hook, name=name, contribution=contribution, call=call, is_tolerated=is_tolerated, config=config
            )


def _answers(plugin: BasePlugin | None) -> Iterator[tuple[PluginHook, str, Callable[..., Any]]]:
    """Give an object's answer to every hook; one that defines none is not asked."""
    if plugin is None or type(plugin).handle_hook is BasePlugin.handle_hook:
        return
    for hook in PluginHook:
        yield hook, f"{type(plugin).__name__}.handle_hook", partial(_handle, plugin, hook)


def _handle(plugin: BasePlugin, hook: PluginHook, data: dict[str, Any], ctx: object) -> Any:
    return plugin.handle_hook(hook, data)
