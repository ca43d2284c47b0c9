"""What a plugin's code is seen to reach for, as facts of one line each."""

from collections.abc import Iterator

from aetherflow.cli.render.plugin_words import one_line
from aetherflow.core.operations.listing.values import ListedPlugin, ListedReach

CAVEAT = "what plugins reach for is what their text shows; their code can do otherwise"


def reach_facts(plugin: ListedPlugin) -> Iterator[tuple[str, str]]:
    """Give what the text shows, what it may show, and where it shows no more; nothing where nobody looked."""
    reaches = plugin.reaches or ()
    certain = {each.permission: each for each in reaches if each.certain}
    perhaps = [each.permission for each in reaches if not each.certain and each.permission not in certain]
    yield "reaches for", one_line(", ".join(map(_reach, certain.values())))
    yield "perhaps for", one_line(", ".join(perhaps))
    yield "not shown", one_line(", ".join(way.name for way in plugin.not_shown or ()))


def _reach(reach: ListedReach) -> str:
    return f"{reach.permission} (undeclared)" if reach.declared is False else reach.permission
