"""`dev plugin-test` of everything that is no step: what passes, and what is found."""

import pytest

from tests.plugin_testing.tested import Author, Tried
from tests.support.project import Project

SOUND = """
@register_connector(kind="till", driver="list")
class Till(ConnectorBase):
    "A till."
    config_schema = {"type": "object", "properties": {"coins": {"type": "integer"}, "password": {"type": "string"}}}
    def connect(self):
        return [self.config["coins"]]

@register_compiler("ledger")
class Ledger(WorkflowCompilerPlugin):
    "Flows of a ledger."
    supported_schemes = ["ledger"]
    def compile(self, source, *, workflow_name=None, validate=True):
        if source != "sales":
            raise FileNotFoundError(f"the ledger has no {source}")
        step = {"id": "say", "type": "log", "inputs": {"message": source}}
        return compile_document({"flow": {"id": source}, "jobs": [{"id": "day", "steps": [step]}]}, source=source)

@register_hook("before_step")
def louder(data, ctx):
    "Speaks up."
    if "message" in data["inputs"]:
        return {"inputs": {**data["inputs"], "message": data["inputs"]["message"].upper()}}

@register_hook("before_step")
def listens(data, ctx):
    "Listens."

@register_hook("before_job")
def closed(data, ctx):
    "Lets nothing run."
    return Veto("closed")

@register_hook("after_tool_call")
def checks(data, ctx):
    "Looks at the result."

@register_plugin("clerk")
class Clerk(BasePlugin):
    "Keeps a list."
    metadata = PluginMetadata(name="clerk", version="1.0.0", author="Desk", description="Keeps a list.")
    def on_load(self, context):
        self.seen = []
    async def handle_hook(self, hook, data):
        self.seen.append(hook)

class Counter(ObserverPlugin):
    "Counts."
    def on_startup(self):
        self.count = self.config.get("from", 0)
    def on_event(self, event):
        self.count += 1

@register_tool("add", parameters={"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]})
def add(params, ctx):
    "Adds one."
    return {"sum": params["a"] + 1}

@register_command("sell")
def sell(what: str):
    "Sells."
    print("sold", what)
"""
EXAMPLES = """
ledger: {source: sales}
sell: {arguments: [bread]}
main.Counter: {config: {from: 3}}
"""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    """Test a plugin that registers one of each kind; its hook that vetoes jobs comes last, in a plugin of its own."""
    author = Author(Project(tmp_path_factory.mktemp("sound")))
    author.plugin(SOUND.replace('@register_hook("before_job")', "#"), EXAMPLES)
    return author.test()


@pytest.mark.parametrize(
    ("subject", "checks"),
    [
        ("connector till:list", ["connect", "close", "secret", "left behind"]),
        ("compiler ledger", ["absent source", "compile", "repeat", "left behind"]),
        ("hook before_step louder", ["run", "secret", "left behind"]),
        ("hook before_step listens", ["run", "secret", "left behind"]),
        ("hook after_tool_call checks", ["run", "secret", "left behind"]),
        ("plugin clerk", ["run", "secret", "left behind"]),
        ("observer main.Counter", ["run", "secret", "left behind"]),
        (
            "tool tool.shop.add",
            ["call", "schema", "result size", "repeat", "timeout", "cancel", "secret", "left behind"],
        ),
        ("command sell", ["help", "call"]),
    ],
)
def test_each_kind_is_tried_and_passes(subject: str, checks: list[str], sound: Tried) -> None:
    assert sound.verdicts(subject) == dict.fromkeys(checks, "passed"), sound.report.checks


def test_nothing_else_is_said_of_a_sound_plugin(sound: Tried) -> None:
    assert sound.failed() == []
    assert [each for each in sound.report.findings if each.diagnostic.severity != "note"] == []


def test_a_veto_is_a_hooks_right(shop: Author) -> None:
    shop.plugin('@register_hook("before_job")\ndef closed(data, ctx):\n    "No."\n    return Veto("closed")\n')
    tried = shop.test()
    assert (tried.failed(), tried.of("run").said) == ([], "asked 3 times, 3 vetoes")


FAULTS = {
    "a connector that cannot be closed twice": (
        """
        @register_connector(kind="till", driver="list")
        class Till(ConnectorBase):
            "A till."
            def connect(self):
                self.coins = [1]
            def close(self):
                del self.coins
        """,
        ("connector till:list", "close", "AF-P909", "cannot be closed before it was opened: AttributeError"),
    ),
    "a connector that cannot be made": (
        """
        @register_connector(kind="till", driver="list")
        class Till(ConnectorBase):
            "A till."
            def __init__(self, *, config, options):
                self.coins = config["coins"]
            def connect(self):
                return self.coins
        """,
        ("connector till:list", "connect", "AF-P909", "cannot be made: KeyError: 'coins'"),
    ),
    "a connector that shows its password": (
        """
        @register_connector(kind="till", driver="list")
        class Till(ConnectorBase):
            "A till."
            config_schema = {"type": "object", "properties": {"password": {"type": "string"}}}
            def connect(self):
                return self
            def __repr__(self):
                return f"Till({self.config})"
        """,
        ("connector till:list", "secret", "AF-P907", "shows the password of its config by repr or in an error"),
    ),
    "a connector that leaves a socket": (
        """
        import socket
        @register_connector(kind="till", driver="list")
        class Till(ConnectorBase):
            "A till."
            kept = []
            def connect(self):
                self.kept += socket.socketpair()
        """,
        ("connector till:list", "left behind", "AF-P908", "leaves sockets: 2 open"),
    ),
    "a compiler that knows no absent source": (
        """
        @register_compiler("ledger")
        class Ledger(WorkflowCompilerPlugin):
            "Flows."
            supported_schemes = ["ledger"]
            def compile(self, source, *, workflow_name=None, validate=True):
                return {}[source]
        """,
        ("compiler ledger", "absent source", "AF-P910", "of a source that is not there it raises KeyError"),
    ),
    "a hook that takes every step for its own": (
        """
        @register_hook("before_step")
        def day(data, ctx):
            "Adds the day."
            data["inputs"]["day"] = ctx.params["day"]
            return data
        """,
        ("hook before_step day", "run", "AF-P911", "before_step day raised KeyError: 'day'"),
    ),
    "a plugin that can be loaded once": (
        """
        LOADED = []
        @register_plugin("clerk")
        class Clerk(BasePlugin):
            "Keeps a list."
            metadata = PluginMetadata(name="clerk", version="1.0.0", author="Desk", description="Keeps a list.")
            def on_load(self, context):
                assert not LOADED, "twice"
                LOADED.append(1)
        """,
        ("plugin clerk", "run", "AF-P911", "on_load clerk raised AssertionError: twice"),
    ),
    "an observer that takes every event for a log": (
        """
        class Counter(ObserverPlugin):
            "Counts."
            def on_event(self, event):
                event.payload["message"]
        """,
        ("observer main.Counter", "run", "AF-P912", 'observer "tested": on_event raised KeyError'),
    ),
    "a tool that fails": (
        """
        @register_tool("add", parameters={"type": "object", "properties": {"a": {"type": "number"}}})
        def add(params, ctx):
            "Adds one."
            return {"sum": params["b"] + 1}
        """,
        ("tool tool.shop.add", "call", "AF-P901", "KeyError: 'b'"),
    ),
    "a command that fails at its import": (
        """
        @register_command("sell")
        def sell(what: object):
            "Sells."
        """,
        ("command sell", "help", "AF-P913", "`aetherflow sell --help` leaves with exit code 3: error[AF-P518]: "),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found(name: str, shop: Author) -> None:
    code, (subject, check, finding, words) = FAULTS[name]
    shop.plugin(code)
    tried = shop.test()
    assert tried.failed(subject) == [(check, finding)], tried.report.checks
    assert words in tried.of(check, subject).said


def test_a_server_that_is_not_there_is_not_run_with_a_made_up_config(shop: Author) -> None:
    code = """
    import socket
    @register_connector(kind="till", driver="net")
    class Till(ConnectorBase):
        "A till."
        config_schema = {"type": "object", "properties": {"host": {"type": "string"}}}
        def connect(self):
            return socket.create_connection(("127.0.0.1", 1), timeout=1)
    """
    shop.plugin(code)
    tried = shop.test()
    assert tried.failed() == []
    assert tried.of("connect").said.startswith("cannot connect: ConnectionRefusedError")
    assert tried.of("connect").verdict == "not run"
    shop.plugin(code, "till:net: {config: {host: here}}")
    assert shop.test().failed() == [("connect", "AF-P909")]
    shop.plugin(code, "till:net: {not_run: it needs the till}")
    assert shop.test().verdicts("connector till:net") == {"connect": "not run"}


@pytest.mark.parametrize(
    ("method", "hint"), [("connect", "give it a config that works"), ("close", "let `close` take care of what it does")]
)
def test_a_connector_that_fails_says_what_to_do(method: str, hint: str, shop: Author) -> None:
    code = f"""
    @register_connector(kind="till", driver="net")
    class Till(ConnectorBase):
        "A till."
        def connect(self):
            return 1
        def close(self):
            return None
        def {method}(self):
            raise OSError("no")
    """
    shop.plugin(code, "till:net: {config: {}}")
    (finding,) = shop.test().findings("AF-P909")
    assert (finding.hint or "").startswith(hint)


def test_a_compiler_without_a_sample_is_not_run_and_one_that_varies_is_found(shop: Author) -> None:
    code = """
    import itertools
    NUMBERS = itertools.count()
    @register_compiler("ledger")
    class Ledger(WorkflowCompilerPlugin):
        "Flows."
        supported_schemes = ["ledger"]
        def compile(self, source, *, workflow_name=None, validate=True):
            step = {"id": "say", "type": "log", "inputs": {"message": str(next(NUMBERS))}}
            return compile_document({"flow": {"id": "x"}, "jobs": [{"id": "day", "steps": [step]}]}, source=source)
    """
    shop.plugin(code)
    tried = shop.test()
    assert tried.of("compile").said.startswith("there is no sample of a source")
    assert tried.of("absent source").said == "compiles any text"
    shop.plugin(code, "ledger: {source: sales}")
    assert shop.test().failed() == [("repeat", "AF-P910")]


def test_an_example_that_gives_no_flow_is_found(shop: Author) -> None:
    code = """
    @register_compiler("ledger")
    class Ledger(WorkflowCompilerPlugin):
        "Flows."
        supported_schemes = ["ledger"]
        def compile(self, source, *, workflow_name=None, validate=True):
            return compile_document({"flow": {}}, source=source, validate=False)
    """
    shop.plugin(code, "ledger: {source: sales}")
    tried = shop.test()
    assert tried.failed() == [("compile", "AF-P910")]
    assert tried.of("compile").said.startswith("its example gives no flow")


def test_a_command_is_not_run_without_arguments_that_somebody_wrote(shop: Author) -> None:
    code = """
    import sys, typer, typing
    @register_command("sell")
    def sell(what: typing.Annotated[str, typer.Argument()] = "bread"):
        "Sells."
        sys.exit(4 if what == "stone" else 0)
    """
    shop.plugin(code)
    assert shop.test().of("call").verdict == "not run"
    shop.plugin(code, "sell: {arguments: [stone]}")
    tried = shop.test()
    assert tried.failed() == [("call", "AF-P913")]
    assert tried.of("call").said.startswith("`aetherflow sell stone` leaves with exit code 4")


def test_an_example_of_nothing_is_found_with_its_place(shop: Author) -> None:
    shop.plugin('@register_hook("after_run")\ndef done(data, ctx):\n    "Done."\n', "shop.slel: {inputs: {}}")
    tried = shop.test()
    assert tried.failed() == [("examples", "AF-P914")]
    (finding,) = tried.findings("AF-P914")
    assert finding.message == 'the example "shop.slel" is of nothing that the plugin registers'
    assert finding.span is not None
    assert (finding.span.file.rpartition("/")[2], finding.span.line) == ("aetherflow-plugin.yaml", 6)


MAILER = """
@register_plugin("mailer")
class Mailer(BasePlugin):
    "Sends mail."
    metadata = PluginMetadata(name="mailer", version="1.0.0", author="Desk", description="Sends mail.")
    config_schema = {"type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]}

    def on_load(self, context):
        assert context.config["to"] == TO, context.config
"""


def test_what_a_plugin_is_given_is_made_from_its_schema_or_given_by_its_example(shop: Author) -> None:
    shop.plugin(f"TO = 'text'\n{MAILER}")
    assert shop.test().failed() == []
    shop.plugin(f"TO = 'desk'\n{MAILER}", "mailer: {config: {to: desk}}")
    assert shop.test().failed() == []


def test_the_config_of_the_whole_plugin_stands_under_its_own_name(shop: Author) -> None:
    code = """
    @register_hook("before_run")
    def greet(data, ctx):
        "Greets."
        assert ctx.config == {"word": "hello"}, ctx.config
    """
    shop.plugin(code, "shop: {config: {word: hello}}")
    assert shop.test().failed() == []
