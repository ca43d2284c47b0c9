"""`plugins list --verbose`: the load sequence with what made it, digests, places, lock, overrides, refusals."""

from tests.plugin_listing.conftest import Plugins, behind_built_ins

MANIFEST = """\
name: orders-plugin
version: "1.2.0"
author: Data platform
description: Loads orders into the warehouse.
requires: ["warehouse>=1"]
required_permissions: ["network:db.example.com:5432"]
"""
OPERATOR = "version: 1\nmode: enterprise\npaths: {plugins: [./trusted]}\n"


def test_everything_that_is_known_of_a_plugin_is_told(plugins: Plugins) -> None:
    plugins.add_step("vendor/orders", "load_orders", "Loads a day.", MANIFEST)
    plugins.add_step("warehouse", "store", manifest="name: warehouse\nversion: '1.0'\n")
    assert (
        plugins.listed("--verbose")
        == """\
1. warehouse 1.0 · flag warehouse · named by --plugin-path
   path    warehouse
   order   path 2 of --plugin-path
   digest  DIGEST
   lock    no lock
   step  store  steps.py:4  Does store.

2. orders-plugin 1.2.0 · flag vendor/orders · named by --plugin-path
   about        Loads orders into the warehouse.
   author       Data platform
   path         vendor/orders
   order        after warehouse, which it requires
   digest       DIGEST
   lock         no lock
   requires     warehouse>=1
   permissions  network:db.example.com:5432
   step  load_orders  steps.py:4  Loads a day.
"""
    )


def test_mode_strictness_and_lock_stand_first_and_the_built_ins_are_0(plugins: Plugins) -> None:
    printed = plugins.list("--verbose").stdout
    assert printed.startswith("mode internal_fast, strict, no lock\n\n0. aetherflow 0.1.0 · built-in · ")
    assert "\n   step       log               steps/log.py:" in printed
    lax = plugins.list("--verbose", AETHERFLOW_PLUGIN_STRICT="false").stdout
    assert lax.startswith("mode internal_fast, not strict: a plugin that fails is left out, no lock\n")


def test_the_lock_says_of_each_plugin_whether_it_is_known(plugins: Plugins) -> None:
    plugins.add_step("same.py", "same")
    other = plugins.add_step("other.py", "other")
    paths = [word for name in plugins.named for word in ("--plugin-path", name)]
    assert plugins.project.aetherflow("plugins", "sync", *paths).exit_code == 0
    other.write_text(other.read_text() + "\n# changed\n")
    plugins.add_step("new.py", "new")
    outcome = plugins.list("--verbose")
    assert outcome.stdout.startswith("mode internal_fast, strict, lock aetherflow.plugins.lock\n")
    locks = [line.split(maxsplit=1)[1] for line in outcome.stdout.splitlines() if line.startswith("   lock ")]
    assert locks == ["locked", "differs", "not in the lock"]
    assert [line.partition(":")[0] for line in outcome.stderr.splitlines()[:-1]] == ["warning", "warning"]


def test_overrides_name_winner_and_losers_with_their_places(plugins: Plugins) -> None:
    for name in ("one.py", "two.py", "three.py"):
        plugins.add_step(name, "load")
    assert plugins.listed("--verbose").endswith(
        """\

overrides
  step load: three (three.py:4) over two (two.py:4), one (one.py:4)
"""
    )


def test_refusals_have_code_reason_and_advice(plugins: Plugins) -> None:
    plugins.add_step("mine.py", "mine")
    outcome = plugins.list("--verbose", AETHERFLOW_MODE="enterprise")
    assert (
        behind_built_ins(outcome.stdout)
        == """\
refused
  AF-P110 flag mine.py: enterprise mode loads nothing that --plugin-path names
    = name the folder under paths.plugins of the manifest
"""
    )
    assert (outcome.exit_code, outcome.stderr) == (0, "")


def test_without_verbose_refusals_are_counted(plugins: Plugins) -> None:
    plugins.add_step("mine.py", "mine")
    plugins.add_step("yours.py", "yours")
    outcome = plugins.list(AETHERFLOW_MODE="enterprise")
    assert "mine" not in outcome.stdout
    assert outcome.stderr == (
        "2 origins are refused in enterprise mode: "
        "`aetherflow plugins list --verbose --plugin-path mine.py --plugin-path yours.py` says why\n"
    )


def test_a_folder_of_the_manifest_is_trusted_in_enterprise(plugins: Plugins) -> None:
    plugins.add_step("ops/trusted", "safe")
    plugins.named.clear()
    plugins.project.write("ops/manifest.yaml", OPERATOR)
    outcome = plugins.list("--verbose", "--bundle-manifest", "ops/manifest.yaml")
    assert outcome.stdout.startswith("mode enterprise, strict, no lock\n")
    assert (
        behind_built_ins(outcome.stdout)
        == """\
1. trusted 0 · manifest ./trusted · named in the manifest's paths.plugins
   path    ops/trusted
   order   path 1 of the manifest's paths.plugins
   digest  DIGEST
   lock    no lock
   step  safe  steps.py:4  Does safe.
"""
    )


def test_a_plugin_that_is_left_out_is_told_with_place_and_advice(plugins: Plugins) -> None:
    plugins.add("broken.py", "def (\n")
    assert (
        plugins.listed("-v")
        == """\
broken 0 · flag broken.py · named by --plugin-path · not loaded
   AF-P141 the module "broken.py" is not valid Python: invalid syntax
     at broken.py:1
   path    broken.py
   digest  DIGEST
   lock    no lock
"""
    )


def test_ties_follow_the_order_of_origins_then_that_of_the_paths(plugins: Plugins) -> None:
    for name in ("b.py", "a.py"):
        plugins.add_step(name, f"of_{name[0]}")
    plugins.add_step("e.py", "of_e")
    plugins.named.remove("e.py")
    printed = plugins.listed("--verbose", AETHERFLOW_PLUGIN_PATHS="e.py")
    order = [line.split(maxsplit=1)[1] for line in printed.splitlines() if line.startswith("   order ")]
    assert order == ["path 1 of AETHERFLOW_PLUGIN_PATHS", "path 1 of --plugin-path", "path 2 of --plugin-path"]


def test_plugins_of_one_folder_follow_its_sub_folders_unless_one_requires_another(plugins: Plugins) -> None:
    for name, manifest in (("a", "requires: [c]\n"), ("b", "name: b\n"), ("c", "name: c\n")):
        plugins.add_step(f"all/{name}", f"of_{name}", manifest=manifest)
    plugins.named = ["all"]
    lines = plugins.listed("--verbose").splitlines()
    heads = [line.split()[1] for line in lines if line[:1].isdigit()]
    orders = [line.split(maxsplit=1)[1] for line in lines if line.startswith("   order ")]
    assert list(zip(heads, orders, strict=True)) == [
        ("b", "path 1 of --plugin-path, by folder"),
        ("c", "path 1 of --plugin-path, by folder"),
        ("a", "after c, which it requires"),
    ]
