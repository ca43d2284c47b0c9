import json
from pathlib import Path

from aetherflow.core.api import ConnectorBase, register_connector, register_step


@register_connector(kind="box", driver="json")
class Box(ConnectorBase):
    """A box of values in a JSON file."""

    def connect(self):
        return json.loads(Path(self.config["path"]).read_text())


@register_step("box.get")
def get(ctx, inputs):
    """Gets a value out of a box."""
    return {"value": ctx.connectors[inputs["box"]].connect()[inputs["key"]]}
