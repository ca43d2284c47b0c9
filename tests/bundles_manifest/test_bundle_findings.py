"""What is wrong with a manifest's bundle is said at its place, all of it at once."""

from collections.abc import Callable

import pytest

from tests.bundles_manifest.manifests import found, manifest, refusal, shown

SOURCE = "bundle: {id: orders, source: {type: filesystem, location: ./orders}"


def of_source(source: str) -> list[str]:
    return found(f"bundle: {{id: orders, source: {{{source}}}}}\n")


def test_paths_that_leave_the_bundle_are_refused_where_they_stand() -> None:
    error = refusal("""\
bundle:
  id: ../orders
  source: {type: filesystem, location: ../anywhere}
  layout: {flows_dir: ../flows, profiles_file: /etc/profiles.yaml, plugins_dir: 'lib\\x', plugins_file: a/./b}
  entry_flow: flows/../../main.yaml
env_files: [../common.env, {path: "env/\\0", type: json}]
""")
    advice = 'write it relative to the bundle\'s root, with "/" between its parts'
    assert shown(error) == (
        f"""\
error[AF-S106]: "../orders" is no valid id
 --> manifest.yaml:3:7
  |
3 |   id: ../orders
  |       ^^^^^^^^^
  |
  = an id is a letter or "_", then up to 63 letters, digits, "_" or "-"

error[AF-B102]: "flows_dir" is no path inside the bundle: it climbs out of the bundle by ".."
 --> manifest.yaml:5:23
  |
5 |   layout: {{flows_dir: ../flows, profiles_file: /etc/profiles.yaml, plugins_dir: 'lib\\x', plugins_file: a/./b}}
  |                       ^^^^^^^^
  |
  = {advice}

error[AF-B102]: "profiles_file" is no path inside the bundle: it is absolute
 --> manifest.yaml:5:48
  |
5 |   layout: {{flows_dir: ../flows, profiles_file: /etc/profiles.yaml, plugins_dir: 'lib\\x', plugins_file: a/./b}}
  |                                                ^^^^^^^^^^^^^^^^^^
  |
  = {advice}

error[AF-B102]: "plugins_dir" is no path inside the bundle: it has a backslash in it
 --> manifest.yaml:5:81
  |
5 |   layout: {{flows_dir: ../flows, profiles_file: /etc/profiles.yaml, plugins_dir: 'lib\\x', plugins_file: a/./b}}
  |                                                                                 ^^^^^^^
  |
  = {advice}

error[AF-B102]: "plugins_file" is no path inside the bundle: it has an empty part, or "."
 --> manifest.yaml:5:104
  |
5 |   layout: {{flows_dir: ../flows, profiles_file: /etc/profiles.yaml, plugins_dir: 'lib\\x', plugins_file: a/./b}}
  |                                                                                                        ^^^^^
  |
  = {advice}

error[AF-B102]: "entry_flow" is no path inside the bundle: it climbs out of the bundle by ".."
 --> manifest.yaml:6:15
  |
6 |   entry_flow: flows/../../main.yaml
  |               ^^^^^^^^^^^^^^^^^^^^^
  |
  = {advice}

error[AF-B102]: "env_files[0]" is no path inside the bundle: it climbs out of the bundle by ".."
 --> manifest.yaml:7:13
  |
7 | env_files: [../common.env, {{path: "env/\\0", type: json}}]
  |             ^^^^^^^^^^^^^
  |
  = {advice}

error[AF-B102]: "path" is no path inside the bundle: it has control characters in it
 --> manifest.yaml:7:35
  |
7 | env_files: [../common.env, {{path: "env/\\0", type: json}}]
  |                                   ^^^^^^^^
  |
  = {advice}

8 errors"""
    )


def test_an_unknown_type_comes_with_the_one_that_was_meant() -> None:
    error = refusal("bundle: {id: orders, source: {type: archives, location: ./orders.zip, ref: v1}}\n")
    assert shown(error) == (
        """\
error[AF-S105]: "type" cannot be "archives"
 --> manifest.yaml:2:37
  |
2 | bundle: {id: orders, source: {type: archives, location: ./orders.zip, ref: v1}}
  |                                     ^^^^^^^^ did you mean "archive"?
  |
  = write one of: archive, filesystem, git, remote

1 error"""
    )


def test_options_of_another_type_are_refused_under_their_key() -> None:
    error = refusal("""\
bundle:
  id: orders
  source: {type: filesystem, location: ./orders, ref: v1, sha256: abc, resource: store}
""")
    line = "4 |   source: {type: filesystem, location: ./orders, ref: v1, sha256: abc, resource: store}"
    assert shown(error) == (
        f"""\
error[AF-B103]: "ref" means nothing for a source of type filesystem
 --> manifest.yaml:4:50
  |
{line}
  |                                                  ^^^
  |
  = remove it: only sources of type git have one

error[AF-B103]: "sha256" means nothing for a source of type filesystem
 --> manifest.yaml:4:59
  |
{line}
  |                                                           ^^^^^^
  |
  = remove it: only sources of type archive have one

error[AF-B104]: "sha256" is no checksum: it has 3 digits, not 64
 --> manifest.yaml:4:67
  |
{line}
  |                                                                   ^^^
  |
  = `sha256sum FILE` prints the checksum of an archive

error[AF-B103]: "resource" means nothing for a source of type filesystem
 --> manifest.yaml:4:72
  |
{line}
  |                                                                        ^^^^^^^^
  |
  = remove it: only sources of type git, archive, remote have one

4 errors"""
    )


@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_a_checksum_may_be_written_in_either_case(case: Callable[[str], str]) -> None:
    checksum = case("0123456789abcdef" * 4)
    loaded = manifest(f"bundle: {{id: a, source: {{type: archive, location: a.zip, sha256: '{checksum}'}}}}\n")
    assert loaded.bundle is not None
    assert loaded.bundle.source.sha256 == checksum


@pytest.mark.parametrize(
    ("checksum", "problem"),
    [
        ("d41d8cd98f00b204e9800998ecf8427e", "it has 32 digits, not 64"),
        ("sha256:" + "0" * 64, "it has other characters than 0-9 and a-f"),
        ("0" * 64 + "\\n", "it has other characters than 0-9 and a-f"),
        ("", "it has 0 digits, not 64"),
    ],
)
def test_what_is_no_checksum_is_refused(checksum: str, problem: str) -> None:
    written = f'type: archive, location: a.zip, sha256: "{checksum}"'
    assert of_source(written) == [f'AF-B104 "sha256" is no checksum: {problem}']


def test_an_unknown_resource_comes_with_the_one_that_was_meant() -> None:
    error = refusal("""\
bundle: {id: orders, source: {type: remote, location: "s3://bucket/orders", resource: stores}}
resources:
  store: {kind: remote, driver: s3}
""")
    assert shown(error) == (
        """\
error[AF-B105]: the manifest has no resource "stores"
 --> manifest.yaml:2:87
  |
2 | bundle: {id: orders, source: {type: remote, location: "s3://bucket/orders", resource: stores}}
  |                                                                                       ^^^^^^ did you mean "store"?
  |
  = the resources are: store

1 error"""
    )


@pytest.mark.parametrize("source_type", ["git", "archive", "remote"])
def test_all_but_folders_of_this_machine_take_credentials_from_a_resource(source_type: str) -> None:
    manifest(f"""\
bundle: {{id: orders, source: {{type: {source_type}, location: "https://example.com/orders", resource: store}}}}
resources: {{store: {{kind: remote, driver: http}}}}
""")


def test_a_remote_may_need_no_resource() -> None:
    loaded = manifest('bundle: {id: orders, source: {type: remote, location: "https://example.com/orders"}}\n')
    assert loaded.bundle is not None
    assert not loaded.bundle.source.resource


@pytest.mark.parametrize(
    ("source", "finding"),
    [
        ('type: git, location: ""', '"location" cannot be used: it is empty'),
        ('type: git, location: "  "', '"location" cannot be used: it is empty'),
        ('type: git, location: "a\\0b"', '"location" cannot be used: it has control characters in it'),
        ('type: git, location: "a\\nb"', '"location" cannot be used: it has control characters in it'),
        (f"type: git, location: {'a' * 4097}", '"location" cannot be used: it is longer than 4096 characters'),
        (
            "type: git, location: --upload-pack=x",
            '"location" cannot be used: it begins with a dash, and programs would take it for an option',
        ),
        ("type: remote, location: ./orders", '"location" cannot be used: it is no URL'),
    ],
)
def test_what_is_no_location_is_refused(source: str, finding: str) -> None:
    assert of_source(source) == [f"AF-B106 {finding}"]


@pytest.mark.parametrize(
    ("ref", "problem"),
    [
        ("", "it is empty"),
        ("main branch", "it has blanks or control characters in it"),
        ("main\\n", "it has blanks or control characters in it"),
        ("-main", "it begins with a dash, and programs would take it for an option"),
        ("a" * 256, "it is longer than 255 characters"),
    ],
)
def test_what_is_no_ref_is_refused(ref: str, problem: str) -> None:
    assert of_source(f'type: git, location: a.git, ref: "{ref}"') == [f'AF-B109 "ref" cannot be used: {problem}']


@pytest.mark.parametrize(
    "source",
    ["type: git, location: a, ref: null", "type: archive, location: a, sha256: ~", "type: remote, location: null"],
)
def test_a_key_that_is_null_is_no_key_that_was_left_out(source: str) -> None:
    key = source.rpartition(", ")[2].partition(":")[0]
    assert of_source(source) == [f'AF-S103 "{key}" must be a string, found nothing']


def test_env_files_need_a_bundle() -> None:
    assert shown(refusal("env_files: [env/common.env]\n")) == (
        """\
error[AF-B108]: "env_files" are files inside the bundle, and the manifest has no "bundle"
 --> manifest.yaml:2:1
  |
2 | env_files: [env/common.env]
  | ^^^^^^^^^
  |
  = add `bundle`; AETHERFLOW_ENV_FILES_JSON names env files of this machine

1 error"""
    )


def test_what_belongs_into_the_bundle_is_sent_there() -> None:
    assert shown(refusal("layout: {flows_dir: flows}\nentry_flow: a.yaml\n")) == (
        """\
error[AF-S101]: unknown key "layout" in a manifest
 --> manifest.yaml:2:1
  |
2 | layout: {flows_dir: flows}
  | ^^^^^^
  |
  = "layout" belongs under "bundle"

error[AF-S101]: unknown key "entry_flow" in a manifest
 --> manifest.yaml:3:1
  |
3 | entry_flow: a.yaml
  | ^^^^^^^^^^
  |
  = "entry_flow" belongs under "bundle"

2 errors"""
    )


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (f"{SOURCE}, env_files: [a.env]}}\n", '"env_files" belongs at the top of the manifest'),
        (f"{SOURCE}, resources: {{}}}}\n", '"resources" belongs at the top of the manifest'),
        (f"{SOURCE}, ref: main}}\n", '"ref" belongs under "bundle.source"'),
        (f"{SOURCE}, resource: files}}\n", '"resource" belongs under "bundle.source"'),
        (f"{SOURCE}, plugins_dir: plugins}}\n", '"plugins_dir" belongs under "bundle.layout"'),
        (f"{SOURCE}, layout: {{entry_flow: a.yaml}}}}\n", '"entry_flow" belongs under "bundle"'),
        ("plugins: [./plugins]\n", '"plugins" belongs under "paths"'),
        ("require_signature: true\n", '"require_signature" belongs under "trust"'),
        ("trust: {mode: enterprise}\n", '"mode" belongs at the top of the manifest'),
        (f"{SOURCE}, flow: a.yaml}}\n", "allowed here: id, source, layout, entry_flow, fetch_policy"),
    ],
)
def test_a_key_of_another_section_is_sent_there(text: str, hint: str) -> None:
    (finding,) = [each for each in refusal(text).diagnostics if each.code == "AF-S101"]
    assert (finding.label, finding.hint) == (None, hint)


def test_a_key_that_is_spelt_alike_goes_before_one_far_away() -> None:
    (finding,) = refusal("resource: {}\n").diagnostics
    assert finding.label == 'did you mean "resources"?'


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("bundle:", 'AF-S103 "bundle" must be a mapping (a bundle), found nothing'),
        ("bundle: {id: a}", 'AF-S102 bundle "a" has no "source"'),
        ("bundle: {source: {type: git, location: a}}", 'AF-S102 a bundle has no "id"'),
        ("bundle: {id: a, source: {location: a}}", 'AF-S102 the "source" section has no "type"'),
        ("bundle: {id: a, source: {type: git}}", 'AF-S102 the "source" section has no "location"'),
        (SOURCE + ", fetch_policy: never}", 'AF-S105 "fetch_policy" cannot be "never"'),
        (SOURCE + ", layout: {flow_dir: a}}", 'AF-S101 unknown key "flow_dir" in the "layout" section'),
        ("archive_drivers: zipfile", 'AF-S103 "archive_drivers" must be a list of strings, found a string'),
        ("archive_drivers: [7zip]", 'AF-S105 "archive_drivers[0]" cannot be "7zip"'),
        (SOURCE + "}\nenv_files: a.env", 'AF-S103 "env_files" must be a list of strings or env files, found a string'),
        (SOURCE + "}\nenv_files: [{}]", 'AF-S102 an env file has no "path"'),
        (SOURCE + "}\nenv_files: [{path: a, type: yaml}]", 'AF-S105 "type" cannot be "yaml"'),
        (
            SOURCE + "}\nenv_files: [{path: a, prefix: 'A='}]",
            'AF-B112 the prefix of an env file has "=" in it, which no name of a variable can have',
        ),
        ("resources: {'my store': {kind: a, driver: b}}", 'AF-F104 "my store" is no valid name in "resources"'),
        ("resources: {store: {driver: b}}", 'AF-S102 a resource has no "kind"'),
    ],
)
def test_what_is_wrong_is_one_finding(text: str, finding: str) -> None:
    assert found(text + "\n") == [finding]


def test_a_bundle_is_read_with_its_defaults() -> None:
    loaded = manifest(SOURCE + ", entry_flow: flows/main.yaml}\nenv_files: [a.env, {path: b, type: dir, prefix: B_}]\n")
    bundle = loaded.bundle
    assert bundle is not None
    assert (bundle.id, bundle.fetch_policy, loaded.entry_flow) == ("orders", "cache_check", "flows/main.yaml")
    layout = bundle.layout
    assert (layout.flows_dir, layout.profiles_file) == ("flows", "profiles.yaml")
    assert (layout.plugins_dir, layout.plugins_file) == ("plugins", "plugins.yaml")
    assert [(file.path, file.type, file.optional, file.prefix) for file in loaded.env_files] == [
        ("a.env", "dotenv", False, ""),
        ("b", "dir", False, "B_"),
    ]


def test_what_is_written_is_told_from_a_default() -> None:
    loaded = manifest(SOURCE + ", layout: {plugins_dir: plugins}}\n")
    assert loaded.is_written("bundle", "layout", "plugins_dir")
    assert not loaded.is_written("bundle", "layout", "plugins_file")


def test_a_manifest_may_have_no_bundle() -> None:
    loaded = manifest("mode: enterprise\n")
    assert (loaded.bundle, loaded.entry_flow, loaded.env_files) == (None, None, ())
