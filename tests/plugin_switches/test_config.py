"""`plugins config`: what is set on one machine lies over plugins.yaml, fits a schema, and reaches the plugin's code."""

from pathlib import Path
from typing import ClassVar

import pytest

from aetherflow.core.api import BasePlugin, FlowInvalid, PluginMetadata, run_flow
from tests.plugin_switches.conftest import FLOW, Switched

AUDIT = '''\
from aetherflow.core.api import BasePlugin, PluginMetadata, register_hook, register_plugin


@register_plugin("audit")
class Audit(BasePlugin):
    """Keeps a list."""

    metadata = PluginMetadata(name="audit", version="1.0.0", author="Desk", description="Keeps a list.")
    config_schema = {schema}

    def on_load(self, context):
        context.log.info(f"given {{dict(context.config)}}")


@register_hook("before_step")
def hook(data, ctx):
    ctx.log.info(f"hook {{dict(ctx.config)}}")
'''
SCHEMA = """\
config_schema:
  type: object
  additionalProperties: false
  properties:
    level: {type: integer, minimum: 1, maximum: 5}
    mode: {enum: [fast, slow]}
    mail:
      type: object
      properties: {to: {type: array, items: {type: string}}, port: {type: integer}}
"""


@pytest.fixture
def audit(switched: Switched) -> Switched:
    """Give a project with a plugin whose manifest says what it takes."""
    switched.named = []
    switched.add("audit", AUDIT.format(schema=None), SCHEMA)
    return switched


def config(switched: Switched, *words: str) -> str:
    """Run `plugins config`, which must succeed, and give what it prints."""
    outcome = switched.plugins("config", *words)
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    return outcome.stdout


def refused(switched: Switched, *words: str) -> str:
    """Run `plugins config`, which must be refused with code 2 and change nothing, and give what it says."""
    before = switched.file.read_bytes() if switched.file.exists() else None
    outcome = switched.plugins("config", *words)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert (switched.file.read_bytes() if switched.file.exists() else None) == before
    return outcome.stderr


def test_values_are_set_shown_and_taken_away(audit: Switched) -> None:
    assert config(audit, "set", "audit", "level=3", "mail.port=25", "mail.to=[a@b.c, 'd']", "mode=fast") == (
        "level      3              this machine\n"
        "mail.port  25             this machine\n"
        'mail.to    ["a@b.c","d"]  this machine\n'
        'mode       "fast"         this machine\n'
    )
    assert audit.said() == {
        "audit": {"config": {"level": 3, "mail": {"port": 25, "to": ["a@b.c", "d"]}, "mode": "fast"}}
    }
    assert config(audit, "get", "audit", "mode") == "fast\n"
    assert config(audit, "get", "audit", "mail") == '{"port":25,"to":["a@b.c","d"]}\n'
    assert config(audit, "unset", "audit", "mail.port", "mail.to", "mode", "nothing") == "level  3  this machine\n"
    assert audit.said() == {"audit": {"config": {"level": 3}}}


def test_json_has_the_whole_config_what_is_local_and_the_file(audit: Switched) -> None:
    audit.project.write("plugins.yaml", "settings: {audit: {config: {mode: slow, mail: {port: 25, to: [x, y]}}}}\n")
    outcome = audit.plugins("config", "set", "audit", "mail.to=[z]", "level=1", "--json")
    assert outcome.json == {
        "plugin": "audit",
        "config": {"mode": "slow", "mail": {"port": 25, "to": ["z"]}, "level": 1},
        "local": {"mail": {"to": ["z"]}, "level": 1},
        "file": str(audit.file),
        "changed": True,
    }
    assert config(audit, "get", "audit") == (
        'mode       "slow"  plugins.yaml\n'
        "mail.port  25      plugins.yaml\n"
        'mail.to    ["z"]   this machine\n'
        "level      1       this machine\n"
    )
    assert audit.plugins("config", "set", "audit", "level=1", "--json").json["changed"] is False
    assert audit.plugins("config", "get", "audit", "mode", "--json").json == "slow"


def test_a_run_gives_the_plugin_and_its_hooks_what_lies_over_plugins_yaml(audit: Switched) -> None:
    audit.project.write("plugins.yaml", "settings: {audit: {config: {mode: slow, mail: {port: 25, to: [x, y]}}}}\n")
    config(audit, "set", "audit", "mail.to=[z]", "level=1")
    outcome = audit.run("run", audit.flow("log", "message: hello"))
    assert outcome.exit_code == 0
    given = "{'mode': 'slow', 'mail': {'port': 25, 'to': ['z']}, 'level': 1}"
    assert f"given {given}\n" in outcome.stderr
    assert f"hook {given}\n" in outcome.stderr


def test_what_the_schema_does_not_take_is_told_by_its_key_and_nothing_is_set(audit: Switched) -> None:
    told = refused(audit, "set", "audit", "level=9", "leve=2", "mode=fats", "mail.to=[1]", "mail.port=25")
    assert told == (
        'error[AF-P153]: the config of the plugin "audit" takes no key "leve"\n'
        '  = did you mean "level"?; allowed here: level, mode, mail\n\n'
        'error[AF-P153]: the config of the plugin "audit": "level" must be at most 5, found 9\n\n'
        'error[AF-P153]: the config of the plugin "audit": "mode" cannot be "fats"\n'
        '  = did you mean "fast"?; write one of: fast, slow\n\n'
        'error[AF-P153]: the config of the plugin "audit": "to[0]" must be a string, found an integer (in mail.to[0])\n'
        "  = put it in quotes\n\n"
        "4 errors\n"
    )


def test_the_schema_may_be_that_of_the_class(switched: Switched) -> None:
    schema = {"type": "object", "properties": {"level": {"type": "integer"}}, "required": ["level"]}
    switched.add("desk", AUDIT.format(schema=schema))
    assert refused(switched, "set", "audit", "level=high").splitlines()[0] == (
        'error[AF-P153]: the config of the plugin "audit": "level" must be an integer, found a string'
    )
    assert refused(switched, "set", "desk", "level=high")
    assert config(switched, "set", "audit", "other=x")  # what is missing may stand in plugins.yaml
    told = switched.plugins("why", "audit").stdout
    assert "  takes\n    level  an integer, required\n" in told


def test_a_schema_that_only_the_code_knows_is_held_against_the_config_by_a_run(switched: Switched) -> None:
    switched.add("desk", AUDIT.format(schema='dict(type="object", properties={"level": {"type": "integer"}})'))
    config(switched, "set", "audit", "level=high")
    assert switched.run("validate", switched.flow("log", "message: hello")).exit_code == 0
    outcome = switched.run("run", "flow.yaml")
    assert outcome.exit_code == 2
    assert (
        'error[AF-P153]: the config of the plugin "audit": "level" must be an integer, found a string' in outcome.stderr
    )
    assert "given" not in outcome.stderr


def test_the_class_of_an_embedding_program_is_held_to_its_schema(tmp_path: Path) -> None:
    class Strict(BasePlugin):
        metadata = PluginMetadata(name="strict", version="1.0.0", author="Desk", description="Is strict.")
        config_schema: ClassVar = {"type": "object", "required": ["level"]}

    (tmp_path / "flow.yaml").write_text(FLOW.format(type="log", inputs=", inputs: {message: hello}"))
    env = {"AETHERFLOW_STATE_ROOT": str(tmp_path), "AETHERFLOW_WORK_ROOT": str(tmp_path)}
    with pytest.raises(FlowInvalid) as refused:
        run_flow(tmp_path / "flow.yaml", plugins=[Strict], env=env)
    assert [each.code for each in refused.value.diagnostics] == ["AF-P153"]
    (tmp_path / "plugins.yaml").write_text("settings: {Strict: {config: {level: 1}}}")
    assert run_flow(tmp_path / "flow.yaml", plugins=[Strict], env=env).status == "SUCCESS"


def test_a_schema_that_is_none_is_a_finding_of_validate_doctor_and_of_a_run(switched: Switched) -> None:
    switched.add("desk", AUDIT.format(schema={"type": "thing"}))
    assert 'the config_schema of the plugin "audit" is no JSON Schema: type: ' in switched.plugins("doctor").stdout
    for command in ("validate", "run"):
        outcome = switched.run(command, switched.flow("log", "message: hello"))
        assert (outcome.exit_code, "AF-P514" in outcome.stdout + outcome.stderr) == (3, True), command
    switched.project.write("desk/steps.py", AUDIT.format(schema=None))
    switched.project.write("desk/aetherflow-plugin.yaml", "config_schema: {type: thing}\n")
    assert "AF-P208" in switched.plugins("doctor").stdout
    assert "the config_schema is no JSON Schema: 'thing' is not valid" in switched.plugins("doctor").stdout


def test_validate_run_and_doctor_hold_everything_that_is_given_against_the_schema(audit: Switched) -> None:
    audit.project.write("audit/aetherflow-plugin.yaml", SCHEMA + "  required: [level, mode]\n")
    audit.project.write("plugins.yaml", "settings:\n  audit:\n    config: {modee: slow, mail: {port: x}}\n")
    audit.say('{"version": 1, "plugins": {"audit": {"config": {"level": 9}}}}')
    outcome = audit.run("validate", audit.flow("log", "message: hello"))
    assert outcome.exit_code == 2
    assert outcome.stdout == (
        'error[AF-P153]: the config of the plugin "audit": "level" must be at most 5, found 9\n'
        "  = note: it is set on this machine: `aetherflow plugins config unset audit level --plugin-path audit` "
        "takes it away\n\n"
        'error[AF-P153]: the config of the plugin "audit" takes no key "modee"\n'
        " --> plugins.yaml:3:14\n"
        "  |\n"
        "3 |     config: {modee: slow, mail: {port: x}}\n"
        "  |              ^^^^^\n"
        "  |\n"
        '  = did you mean "mode"?; allowed here: level, mode, mail\n\n'
        'error[AF-P153]: the config of the plugin "audit": "port" must be an integer, found a string (in mail.port)\n'
        " --> plugins.yaml:3:40\n"
        "  |\n"
        "3 |     config: {modee: slow, mail: {port: x}}\n"
        "  |                                        ^\n\n"
        "3 errors\n"
    )
    assert audit.run("run", "flow.yaml").exit_code == 2
    assert audit.plugins("doctor").stdout.count("AF-P153") == 3


def test_what_is_missing_says_where_it_can_be_set(audit: Switched) -> None:
    audit.project.write("audit/aetherflow-plugin.yaml", SCHEMA + "  required: [level]\n")
    outcome = audit.run("validate", audit.flow("log", "message: hello"))
    assert outcome.stdout == (
        'error[AF-P153]: the config of the plugin "audit" needs the key "level"\n'
        '  = add "level"\n'
        "  = note: it stands under `settings` of plugins.yaml, or is set by "
        "`aetherflow plugins config set audit level=VALUE --plugin-path audit`\n\n"
        "1 error\n"
    )
    config(audit, "set", "audit", "level=2")
    assert audit.run("validate", "flow.yaml").exit_code == 0
    audit.plugins("disable", "audit")
    audit.plugins("config", "unset", "audit", "level")
    assert audit.run("validate", "flow.yaml").exit_code == 0  # nobody is given anything


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("7", 7),
        ("0x1F", 31),
        ("1e3", 1000.0),
        ("true", True),
        ("yes", "yes"),
        ("null", None),
        ("", None),
        ('"7"', "7"),
        ("'it''s'", "it's"),
        ("two words: and # more", "two words: and # more"),
        (" padded ", " padded "),
        ("[1, {a: b}]", [1, {"a": "b"}]),
        ('{"a": [true, null]}', {"a": [True, None]}),
        ("a=b=c", "a=b=c"),
        ("é ✓", "é ✓"),
    ],
)
def test_a_value_is_read_as_yaml_reads_a_scalar_or_a_list_or_mapping(
    switched: Switched, written: str, value: object
) -> None:
    config(switched, "set", "orders", f"key={written}")
    assert switched.said()["orders"]["config"] == {"key": value}


@pytest.mark.parametrize(
    ("word", "finding"),
    [
        ("key", '"key" is not KEY=VALUE'),
        ("=1", '"" is no key'),
        ("a..b=1", '"a..b" is no key'),
        ("a." * 5000 + "a=1", "a key of 5,001 parts is too long"),
        ("a=" + "[" * 900 + "]" * 900, 'the value of "a" cannot be read: lists and mappings are nested more than 100'),
        ("a=[1", 'the value of "a" cannot be read: this "[" is not closed'),
        ("a=.nan", 'the value of "a" cannot be kept: ".nan" is not a finite number'),
        ("a=99999999999999999999", 'the value of "a" cannot be kept: the integer "99999999999999999999" does not fit'),
        ("b.c=1", '"b.c" cannot be set: "b" is an integer, and no mapping'),
        ("a=\udcff", 'the value of "a" is no text in UTF-8'),
        ("\udcff=1", "'\\udcff' is no text in UTF-8"),
    ],
)
def test_what_cannot_be_set_says_why(switched: Switched, word: str, finding: str) -> None:
    config(switched, "set", "orders", "b=1")
    assert refused(switched, "set", "orders", "ok=1", word).startswith(f"error[AF-P156]: {finding}")


def test_a_key_that_is_not_set_is_code_2_with_the_one_that_was_meant(switched: Switched) -> None:
    config(switched, "set", "orders", "level=1", "mail.to=x")
    assert refused(switched, "get", "orders", "mail.too") == (
        'error: "mail.too" of the plugin "orders" is not set\n  = did you mean "mail.to"?\n'
    )


def test_an_unknown_plugin_is_code_2_with_the_name_that_was_meant(audit: Switched) -> None:
    for words in (["get", "adit"], ["set", "adit", "a=1"], ["unset", "adit", "a"]):
        assert refused(audit, *words) == 'error: no plugin is called "adit"\n  = did you mean "audit"?\n'


def test_nothing_set_is_said_on_stderr(switched: Switched) -> None:
    outcome = switched.plugins("config", "get", "orders")
    assert (outcome.exit_code, outcome.stdout) == (0, "")
    assert outcome.stderr == 'nothing is set for the plugin "orders"\n'


def test_a_disabled_plugin_keeps_its_config_and_can_be_given_one(audit: Switched) -> None:
    config(audit, "set", "audit", "level=1")
    audit.plugins("disable", "audit")
    config(audit, "set", "audit", "level=2")
    assert audit.said() == {"audit": {"enabled": False, "config": {"level": 2}}}
    audit.plugins("enable", "audit")
    assert audit.said() == {"audit": {"config": {"level": 2}}}


def test_a_config_of_a_plugin_that_is_not_here_can_be_seen_and_taken_away(switched: Switched) -> None:
    config(switched, "set", "orders", "level=1")
    switched.named = []
    assert config(switched, "get", "orders") == "level  1  this machine\n"
    switched.plugins("config", "unset", "orders", "level")
    assert not switched.file.exists()


def test_values_that_a_run_would_mask_are_masked(switched: Switched) -> None:
    secret = "s3cr3t-v4lue"
    switched.project.env["API_TOKEN"] = secret
    for words in (
        ["set", "orders", f"token={secret}", f"auth.url=https://u:{secret}@h/"],
        ["get", "orders"],
        ["get", "orders", "token"],
        ["get", "orders", "--json"],
        ["get", "orders", secret],
        ["get", "orders", secret, "--json"],
        ["set", "orders", f"x=[{secret}"],
        ["set", secret, "a=1"],
    ):
        outcome = switched.plugins("config", *words)
        assert secret not in outcome.stdout + outcome.stderr, words
    assert config(switched, "get", "orders", "token") == "***\n"
    assert switched.said()["orders"]["config"]["token"] == secret


def test_what_steers_a_terminal_is_shown_harmless(switched: Switched) -> None:
    config(switched, "set", "orders", 'name="\\e[31mred"')
    assert "\x1b" not in config(switched, "get", "orders") + config(switched, "get", "orders", "name")
