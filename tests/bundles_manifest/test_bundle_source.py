"""The source of a bundle is rendered and decoded with the operator's environment and hook, and its secrets masked."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.documents.flow import Decode
from aetherflow.core.documents.profiles import LoadedProfiles, Profile
from aetherflow.core.environment.env_files import EnvFile
from aetherflow.core.environment.masking import Masker
from aetherflow.core.environment.secrets_hook import SecretsHook, load_secrets_hook
from aetherflow.core.environment.settings import Settings
from aetherflow.core.operations.bundle_documents import bundle_env_files, bundle_source, entry_flow
from tests.bundles_manifest.manifests import manifest, shown

S3 = """\
bundle: {id: orders, source: {type: remote, location: "s3://bucket/{{env.STAGE:test}}", resource: store}}
resources:
  store:
    kind: remote
    driver: s3
    config: {key: "{{env.S3_KEY}}", secret: "{{env.S3_SECRET}}"}
    decode: {config: {secret: true}}
"""
ENV = {"S3_KEY": "AKIA", "S3_SECRET": "vault:s3/secret"}


def git(location: str, ref: str = "main") -> str:
    return f"bundle: {{id: orders, source: {{type: git, location: '{location}', ref: '{ref}'}}}}\n"


@pytest.fixture
def hook() -> SecretsHook:
    Path("hook.py").write_text(
        "def decode(value):\n    return value.removeprefix('vault:').upper()\n", encoding="utf-8"
    )
    loaded = load_secrets_hook(Settings(secrets_path=Path("hook.py")))
    assert loaded is not None
    return loaded


def refused(text: str, env: Mapping[str, str], hook: SecretsHook | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        bundle_source(manifest(text), env, hook)
    assert caught.value.exit_code == 2
    return caught.value


def test_a_source_without_templates_is_what_is_written(tmp_path: Path) -> None:
    loaded = manifest(git(" ../orders.git ", "v1.2.0"))
    source = bundle_source(loaded, {}, None)
    assert (source.type, source.location, source.ref, source.folder) == ("git", "../orders.git", "v1.2.0", tmp_path)
    assert (source.sha256, source.resource) == (None, None)
    assert source.place("location") == loaded.span("bundle", "source", "location")
    assert source.place("ref") == loaded.span("bundle", "source", "ref")
    assert source.place("resource") == source.place("location")  # which is not written here


def test_a_checksum_is_given_in_lower_case() -> None:
    text = f"bundle: {{id: orders, source: {{type: archive, location: orders.zip, sha256: '{'AB' * 32}'}}}}\n"
    assert bundle_source(manifest(text), {}, None).sha256 == "ab" * 32


def test_location_and_ref_read_the_environment() -> None:
    loaded = manifest(git("{{env.HOST}}/orders.git", "release-{{env.RELEASE:7}}"))
    source = bundle_source(loaded, {"HOST": "ssh://git@example.com"}, None)
    assert (source.location, source.ref) == ("ssh://git@example.com/orders.git", "release-7")


@pytest.mark.parametrize("default", ["1.10", "007", "true", "1e3"])
def test_a_default_of_a_ref_is_a_text_whatever_it_looks_like(default: str) -> None:
    assert bundle_source(manifest(git("a.git", f"{{{{env.REF:{default}}}}}")), {}, None).ref == default


def test_a_resource_is_rendered_and_decoded(hook: SecretsHook) -> None:
    source = bundle_source(manifest(S3), ENV, hook)
    assert source.location == "s3://bucket/test"
    assert source.resource is not None
    assert (source.resource.kind, source.resource.driver) == ("remote", "s3")
    assert source.resource.config == {"key": "AKIA", "secret": "S3/SECRET"}


def test_what_is_decoded_is_masked_before_and_after(hook: SecretsHook) -> None:
    masker = Masker()
    bundle_source(manifest(S3), ENV, hook, masker=masker)
    assert masker.mask_text("S3/SECRET vault:s3/secret AKIA") == "*** *** AKIA"


def test_a_secret_of_the_manifest_is_not_taken_for_one_of_the_flow(hook: SecretsHook) -> None:
    masker = Masker()
    bundle_source(manifest(S3), ENV, hook, masker=masker)
    assert "manifest:store.config.secret" in str(masker.seal("S3/SECRET"))


def test_a_resource_starts_from_its_profile(hook: SecretsHook) -> None:
    text = """\
bundle: {id: orders, source: {type: remote, location: "s3://bucket/a", resource: store}}
resources: {store: {kind: remote, driver: s3, profile: "{{env.PROFILE}}", config: {key: mine}}}
"""
    profile = Profile(config={"key": "theirs", "secret": "vault:x"}, decode=Decode(config={"secret": True}))
    profiles = LoadedProfiles(None, {"main": profile})
    source = bundle_source(manifest(text), {"PROFILE": "main"}, hook, profiles=profiles)
    assert source.resource is not None
    assert source.resource.config == {"key": "mine", "secret": "X"}


def test_everything_that_is_missing_is_said_at_once() -> None:
    error = refused(
        """\
bundle:
  id: orders
  source: {type: remote, location: "s3://{{env.BUCKET}}/a", resource: store}
resources:
  store: {kind: remote, driver: s3, config: {key: "{{env.S3_KEY}}"}}
""",
        {"S3_KEYS": "x"},
    )
    assert shown(error) == (
        """\
error[AF-B114]: "location" cannot be rendered: {{env.BUCKET}}: environment variable "BUCKET" is not set
 --> manifest.yaml:4:42
  |
4 |   source: {type: remote, location: "s3://{{env.BUCKET}}/a", resource: store}
  |                                          ^^^^^^^^^^^^^^
  |
  = set the variable, or write a default into the template: {{env.NAME:DEFAULT}}

error[AF-E403]: resource "store": "config.key" cannot be rendered: {{env.S3_KEY}}: environment variable "S3_KEY" is \
not set; did you mean "S3_KEYS"?
 --> manifest.yaml:6:51
  |
6 |   store: {kind: remote, driver: s3, config: {key: "{{env.S3_KEY}}"}}
  |                                                   ^^^^^^^^^^^^^^^^
  |
  = set the variable, or write a default into the template: {{env.NAME:DEFAULT}}

2 errors"""
    )


def test_decode_without_a_hook_points_at_the_mark() -> None:
    error = refused(S3, ENV)
    assert shown(error) == (
        """\
error[AF-E404]: resource "store": decode marks "config.secret", but no secrets hook is configured
 --> manifest.yaml:8:31
  |
8 |     decode: {config: {secret: true}}
  |                               ^^^^
  |
  = name the hook under `secrets` of the manifest

1 error"""
    )


def test_a_hook_that_fails_is_said_with_its_own_place() -> None:
    Path("hook.py").write_text("def decode(value):\n    raise ValueError(value)\n", encoding="utf-8")
    error = refused(S3, ENV, load_secrets_hook(Settings(secrets_path=Path("hook.py"))))
    (finding,) = error.diagnostics
    assert finding.message == (
        'the secrets hook could not decode "config.secret" of resource "store": it raised ValueError'
    )
    assert finding.span is not None
    assert (finding.span.file, finding.span.line) == ("hook.py", 2)


def test_a_profile_that_does_not_exist_comes_with_the_one_that_was_meant() -> None:
    text = """\
bundle: {id: orders, source: {type: remote, location: "s3://bucket/a", resource: store}}
resources:
  store: {kind: remote, driver: s3, profile: mains}
"""
    with pytest.raises(InputError) as caught:
        bundle_source(manifest(text), {}, None, profiles=LoadedProfiles(None, {"main": Profile()}))
    assert shown(caught.value) == (
        """\
error[AF-F401]: resource "store" names the profile "mains", which does not exist
 --> manifest.yaml:4:46
  |
4 |   store: {kind: remote, driver: s3, profile: mains}
  |                                              ^^^^^ did you mean "main"?
  |
  = the profiles are: main

1 error"""
    )


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        ("   \t  ", "AF-B106", '"location" cannot be used: it is empty'),
        ("a\nb", "AF-B106", '"location" cannot be used: it has control characters in it'),
        ("-oProxyCommand=x", "AF-B106", '"location" cannot be used: it begins with a dash, '),
        ("https://me:pw@host", "AF-B107", "the location has credentials in it, "),
        ("https://token@host", "AF-B107", "the location has credentials in it, "),
    ],
)
def test_what_a_template_comes_to_is_judged_and_not_shown(value: str, code: str, message: str) -> None:
    error = refused(git("{{env.X}}"), {"X": value})
    (finding,) = error.diagnostics
    assert finding.code == code
    assert finding.message.startswith(message)
    assert finding.notes == ("that is what its templates came to",)
    assert value not in shown(error)


@pytest.mark.parametrize("value", ["-x", "a b", "a\n", "{{a b}}"])
def test_a_ref_that_a_template_came_to_is_judged(value: str) -> None:
    (finding,) = refused(git("a.git", "{{env.X}}"), {"X": value}).diagnostics
    assert finding.code == "AF-B109"


def test_a_value_is_never_rendered_again() -> None:
    source = bundle_source(manifest(git("{{env.A}}/x", "{{env.B}}")), {"A": "{{env.C}}", "B": "{{env.C}}"}, None)
    assert (source.location, source.ref) == ("{{env.C}}/x", "{{env.C}}")


def test_a_manifest_without_a_bundle_has_no_source() -> None:
    error = refused("mode: enterprise\n", {})
    assert (error.message, error.hint) == (
        'the manifest "manifest.yaml" names no bundle',
        "add `bundle`, with an id and a source",
    )


def test_the_entry_flow_is_missed_where_no_flow_is_named() -> None:
    assert entry_flow(manifest("bundle: {id: a, source: {type: git, location: b}, entry_flow: c.yaml}\n")) == "c.yaml"
    with pytest.raises(InputError) as caught:
        entry_flow(manifest("bundle:\n  id: a\n  source: {type: git, location: b}\n"))
    assert shown(caught.value) == (
        """\
error[AF-B113]: no flow is named, and bundle "a" has no "entry_flow"
 --> manifest.yaml:2:1
  |
2 | bundle:
  | ^^^^^^
  |
  = name a flow of the bundle on the command line, or write `entry_flow` under `bundle`

1 error"""
    )


def test_env_files_are_those_of_the_folder_in_which_the_bundle_lies() -> None:
    loaded = manifest(git("a") + "env_files: [a.env, {path: ~/b, type: json, optional: true, prefix: B_}]\n")
    assert bundle_env_files(loaded, Path("/cache/orders")) == (
        EnvFile(path="/cache/orders/a.env"),
        EnvFile(path="/cache/orders/~/b", type="json", optional=True, prefix="B_"),
    )
