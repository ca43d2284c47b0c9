"""Templates and marks of secrets in a manifest are judged before anything is fetched."""

import pytest

from tests.bundles_manifest.manifests import found, manifest, refusal, shown


def of_location(location: str) -> list[str]:
    return found(f"bundle: {{id: orders, source: {{type: git, location: '{location}'}}}}\n")


def test_a_template_that_cannot_be_rendered_is_shown_under_its_token() -> None:
    error = refusal("""\
bundle:
  id: orders
  source: {type: git, location: "git://host/{{env.A", ref: "v{{params.ref}}"}
resources:
  store: {kind: remote, driver: s3, config: {keys: ["a", "{{HOME}}"]}}
""")
    hint = "a manifest is read before there is a flow: write {{env.NAME}} or {{env.NAME:DEFAULT}}"
    assert shown(error) == (
        f"""\
error[AF-T101]: Unsupported templating syntax. Use {{{{VAR}}}} or {{{{VAR:DEFAULT}}}}: "{{{{env.A" has no closing "}}}}"
 --> manifest.yaml:4:45
  |
4 |   source: {{type: git, location: "git://host/{{{{env.A", ref: "v{{{{params.ref}}}}"}}
  |                                             ^^^^^^^
  |
  = literal braces are written \\{{{{

error[AF-T202]: "params" is not known here
 --> manifest.yaml:4:62
  |
4 |   source: {{type: git, location: "git://host/{{{{env.A", ref: "v{{{{params.ref}}}}"}}
  |                                                              ^^^^^^^^^^^^^^
  |
  = {hint}

error[AF-T201]: unknown root "HOME"
 --> manifest.yaml:6:59
  |
6 |   store: {{kind: remote, driver: s3, config: {{keys: ["a", "{{{{HOME}}}}"]}}}}
  |                                                           ^^^^^^^^ did you mean "env.HOME"?
  |
  = {hint}

3 errors"""
    )


@pytest.mark.parametrize(
    ("location", "finding"),
    [
        ("{{env}}", "AF-B114 {{env}} is every variable at once, and a manifest names them one by one"),
        ("{{steps.a.b}}", 'AF-T202 "steps" is not known here'),
        ("{{vars.a}}", 'AF-T201 unknown root "vars"'),
    ],
)
def test_a_template_reads_variables_one_by_one(location: str, finding: str) -> None:
    assert of_location(location) == [finding]


def test_literal_braces_and_defaults_are_fine() -> None:
    loaded = manifest(r"""
bundle: {id: orders, source: {type: git, location: '{{env.ORDERS:./orders.git}}', ref: '\{{x}}'}}
resources: {store: {kind: a, driver: b, profile: "{{env.PROFILE:main}}", config: {a: "${HOME}"}}}
""")
    assert loaded.bundle is not None


def test_a_mark_that_meets_no_value_is_refused() -> None:
    error = refusal("""\
resources:
  store:
    kind: remote
    driver: s3
    config: {secret: "{{env.S3_SECRET}}"}
    decode: {config: {secrte: true}}
""")
    assert shown(error) == (
        """\
error[AF-E405]: decode marks "config.secrte", which the resource does not have
 --> manifest.yaml:7:31
  |
7 |     decode: {config: {secrte: true}}
  |                               ^^^^ did you mean "secret"?
  |
  = a mark that meets no value would leave a secret undecoded and unmasked

1 error"""
    )


def test_a_mark_may_meet_a_value_of_the_profile() -> None:
    manifest("""\
resources: {store: {kind: remote, driver: s3, profile: main, decode: {config: {secret: true}}}}
""")


def test_findings_of_structure_and_of_values_come_in_order_of_place() -> None:
    assert found("""\
resources: {store: {kind: remote, driver: s3, config: {a: "{{x}}"}}}
archive_drivers: [rar]
bundle: {id: orders, source: {type: git, location: "{{y}}"}}
""") == [
        'AF-T201 unknown root "x"',
        'AF-S105 "archive_drivers[0]" cannot be "rar"',
        'AF-T201 unknown root "y"',
    ]
