"""docs/shipped-observers.md names every shipped observer with every key of its config and its default."""

import re

import msgspec
import pytest
from msgspec import NODEFAULT, Struct

from aetherflow.core.api import EventType
from aetherflow.core.builtins.observers.json_lines import JsonLinesSettings
from aetherflow.core.builtins.observers.junit import JUnitSettings
from aetherflow.core.builtins.observers.open_telemetry import OpenTelemetrySettings
from aetherflow.core.builtins.observers.prometheus import PrometheusSettings
from aetherflow.core.builtins.observers.webhook import WebhookSettings
from tests.support.project import REPOSITORY

ROW = re.compile(r"^\| `(\w+Observer)` \| [^|]* \| (.*) \|$", re.MULTILINE)
KEY = re.compile(r"(?:^|· )`(\w+)`(?:: `?([\w.]+))?")
FORMS = {
    "JsonLinesObserver": JsonLinesSettings,
    "JUnitObserver": JUnitSettings,
    "PrometheusObserver": PrometheusSettings,
    "OpenTelemetryObserver": OpenTelemetrySettings,
    "WebhookObserver": WebhookSettings,
}


def documented() -> dict[str, dict[str, str]]:
    """Read the page's table: the written default of each key, by observer."""
    page = (REPOSITORY / "docs/shipped-observers.md").read_text(encoding="utf-8")
    return {name: dict(KEY.findall(keys)) for name, keys in ROW.findall(page)}


def written(default: object) -> str:
    """Write a default as the table does."""
    if default == frozenset(EventType):
        return "all"
    return f"{default:g}" if isinstance(default, float) else str(default)


def test_every_shipped_observer_is_in_the_table() -> None:
    shipped = (REPOSITORY / "aetherflow/core/builtins/observers").glob("*.py")
    classes = re.findall(
        r"^class (\w+)\(ObserverPlugin\)", "\n".join(path.read_text() for path in shipped), re.MULTILINE
    )
    assert set(documented()) == set(FORMS) == set(classes)


@pytest.mark.parametrize(("name", "form"), FORMS.items())
def test_every_key_is_in_the_table_with_its_default(name: str, form: type[Struct]) -> None:
    fields = {field.name: field.default for field in msgspec.structs.fields(form)}
    told = documented()[name]
    assert list(told) == list(fields)
    for key, default in fields.items():
        if default not in (NODEFAULT, None):
            assert told[key] == written(default)
