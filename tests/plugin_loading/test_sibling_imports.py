"""Inside a plugin, sibling imports work in every form, and reach nobody else's modules."""

import importlib
import sys
import threading
from pathlib import Path

import pytest

from tests.plugin_loading.plugin_files import findings, load, load_files, module, write

UTIL = {"util.py": "NAME = 'own'\n", "part/__init__.py": "", "part/deep.py": "NAME = 'deep'\n"}
FORMS = [
    "import util; found = util.NAME",
    "from util import NAME as found",
    "from util import *; found = NAME",
    "from . import util; found = util.NAME",
    "from .util import NAME as found",
    "import acme.util; found = acme.util.NAME",
    "import acme.util as other; found = other.NAME",
    "from acme.util import NAME as found",
    "from acme import util; found = util.NAME",
    "import importlib; found = importlib.import_module('util').NAME",
    "from importlib import import_module; found = import_module('acme.util').NAME",
    "from importlib import import_module; found = import_module('.util', __package__).NAME",
    "found = __import__('util').NAME",
    "import part.deep; found = 'own' if part.deep.NAME == 'deep' else ''",
    "import acme.part.deep; found = 'own' if acme.part.deep.NAME == 'deep' else ''",
    "import importlib.resources, util; importlib.resources.files; found = util.NAME",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("init", [{"__init__.py": ""}, {}], ids=["package", "folder"])
def test_a_sibling_is_found_at_import_time(tmp_path: Path, init: dict[str, str], form: str) -> None:
    before = set(sys.modules)
    loaded = load_files(tmp_path / "acme", {**init, **UTIL, "steps.py": form + "\n"})
    assert findings(loaded) == []
    assert module(loaded, "steps").found == "own"
    assert {name for name in set(sys.modules) - before if name.partition(".")[0] in {"acme", "util", "part"}} == set()


@pytest.mark.parametrize("form", [form for form in FORMS if "*" not in form])
@pytest.mark.parametrize("init", [{"__init__.py": ""}, {}], ids=["package", "folder"])
def test_a_sibling_is_found_later_inside_a_function_on_a_thread(
    tmp_path: Path, init: dict[str, str], form: str
) -> None:
    body = "; ".join(["global found", form])
    files = {**init, "steps.py": f"def late():\n    {body}\n    results.append(found)\nresults = []\n"}
    private = {f"_{name}" if name == "util.py" else name: text for name, text in UTIL.items()}
    files |= {name.replace("_util", "util"): text for name, text in private.items()}
    steps = module(load_files(tmp_path / "acme", files), "steps")
    thread = threading.Thread(target=steps.late)
    thread.start()
    thread.join()
    assert steps.results == ["own"]


def test_a_single_file_can_import_itself(tmp_path: Path) -> None:
    text = "NAME = 1\ndef late():\n    import steps\n    return steps.NAME\n"
    loaded = load(write(tmp_path, {"steps.py": text}) / "steps.py")
    assert module(loaded, "steps").late() == 1


def test_a_module_in_a_sub_folder_finds_its_neighbours_then_the_root(tmp_path: Path) -> None:
    files = {
        "sub/steps.py": "import near, far, both\n",
        "sub/near.py": "",
        "sub/both.py": "WHERE = 'sub'\n",
        "far.py": "",
        "both.py": "WHERE = 'root'\n",
    }
    assert module(load_files(tmp_path, files), "sub.steps").both.WHERE == "sub"


def test_two_plugins_with_a_module_of_one_name_never_meet(tmp_path: Path) -> None:
    plugins = [
        load_files(tmp_path / name, {"helpers.py": f"NAME = '{name}'\n", "steps.py": "import helpers\n"})
        for name in ("one", "two")
    ]
    assert [module(plugin, "steps").helpers.NAME for plugin in plugins] == ["one", "two"]
    assert "helpers" not in sys.modules


def test_siblings_may_import_each_other_in_a_circle(tmp_path: Path) -> None:
    files = {
        "a.py": "import b\nNAME = 'a'\ndef other(): return b.NAME\n",
        "b.py": "import a\nNAME = 'b'\ndef other(): return a.NAME\n",
    }
    loaded = load_files(tmp_path, files)
    assert findings(loaded) == []
    assert (module(loaded, "a").other(), module(loaded, "b").other()) == ("b", "a")


def test_the_standard_library_wins_over_a_sibling(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, {"calendar.py": "MINE = True\n", "steps.py": "import calendar\n"})
    assert module(loaded, "steps").calendar is importlib.import_module("calendar")


def test_a_relative_import_reaches_what_the_standard_library_hides(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, {"calendar.py": "MINE = True\n", "steps.py": "from . import calendar\n"})
    assert module(loaded, "steps").calendar.MINE


def test_a_sibling_cannot_stand_for_the_public_api(tmp_path: Path) -> None:
    files = {"aetherflow/core/api.py": "FORGED = True\n", "steps.py": "import aetherflow.core.api as api\n"}
    assert not hasattr(module(load_files(tmp_path, files), "steps").api, "FORGED")


def test_a_sibling_wins_over_an_installed_module(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, {"yaml.py": "MINE = True\n", "steps.py": "import yaml\n"})
    assert module(loaded, "steps").yaml.MINE


def test_a_module_that_imports_its_own_name_means_the_installed_one(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, {"yaml.py": "import yaml\nload = yaml.safe_load\n"})
    assert module(loaded, "yaml").load("a: 1") == {"a": 1}


def test_a_folder_may_be_called_like_a_library_that_it_uses(tmp_path: Path) -> None:
    loaded = load_files(tmp_path / "yaml", {"steps.py": "import yaml\nfrom yaml import safe_load\n"})
    assert module(loaded, "steps").yaml is importlib.import_module("yaml")


def test_a_folder_of_data_is_no_module(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, {"yaml/template.txt": "", "steps.py": "import yaml\n"})
    assert module(loaded, "steps").yaml is importlib.import_module("yaml")


def test_nothing_outside_a_plugin_finds_its_modules(tmp_path: Path) -> None:
    load_files(tmp_path / "acme", {"__init__.py": "", "util.py": ""})
    for name in ("util", "acme", "acme.util"):
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(name)


def test_modules_are_found_by_walking_a_package(tmp_path: Path) -> None:
    walk = """
        import importlib
        import pkgutil
        found = [importlib.import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
    """
    loaded = load_files(tmp_path / "acme", {"__init__.py": walk, "one.py": "", "two.py": ""})
    assert [each.__name__ for each in module(loaded).found] == [f"{loaded.name}.{name}" for name in ("one", "two")]


def test_an_optional_sibling_that_is_not_there_can_be_asked_for(tmp_path: Path) -> None:
    text = """
        from importlib.util import find_spec
        try:
            import extra
        except ModuleNotFoundError:
            extra = None
        found = find_spec(".extra", __package__)
    """
    steps = module(load_files(tmp_path, {"steps.py": text}), "steps")
    assert (steps.extra, steps.found) == (None, None)
