from aetherflow.core.api import register_command


@register_command("hello")
def hello(name: str = "world"):
    """Says hello."""
    print("hello", name)
