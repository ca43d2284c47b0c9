"""What an observer raises is told with its id and its line, and changes nothing of the run."""

import pytest

from tests.observers.runs import KEEPER, Watched
from tests.support.project import Project

RAISING = """
class Raising(ObserverPlugin):
    def on_event(self, event):
        raise ValueError("no " + event.type)
"""

LATE = """
class Late(ObserverPlugin):
    def on_event(self, event):
        time.sleep(60)
"""


def test_five_exceptions_in_a_row_switch_an_observer_off(watched: Watched) -> None:
    watched.observers(RAISING, "r Raising")
    outcome = watched.run()
    assert outcome.exit_code == 0
    place = watched.place_of('raise ValueError("no " + event.type)')
    told = watched.warnings(outcome.json["run_id"])
    assert told[0] == f'observer "r": on_event raised ValueError: no run_started ({place})'
    assert len(told) == 5
    assert told[4].startswith('observer "r" is switched off for this run after 4 events: on_event raised 5 times in a ')
    assert told[4].endswith(f"({place})")
    assert told[4] in outcome.stderr


def test_what_is_said_of_an_observer_names_it_in_a_field_of_its_own(watched: Watched) -> None:
    watched.observers(RAISING + LATE, "r Raising", "late Late", limits="{drain_seconds: 0.2}")
    events = watched.recorded(watched.run().json["run_id"])
    told = [(event["payload"]["message"], event["payload"].get("plugin")) for event in events if event["type"] == "log"]
    assert {plugin for message, plugin in told if message.startswith('observer "r"')} == {"r"}
    assert [plugin for message, plugin in told if message.startswith('observer "late" did not see')] == ["late"]


def test_an_observer_that_raises_now_and_then_goes_on(watched: Watched) -> None:
    code = """
    class Moody(ObserverPlugin):
        count = 0
        def on_event(self, event):
            self.count += 1
            open("moody.txt", "w").write(str(self.count))
            if event.type == "step_finished":
                raise KeyError(event.step_id)
    """
    watched.observers(code, "moody Moody")
    outcome = watched.run()
    told = watched.warnings(outcome.json["run_id"])
    place = watched.place_of("raise KeyError(event.step_id)")
    assert told == [f"observer \"moody\": on_event raised KeyError: '{step}' ({place})" for step in "abcd"]
    assert int((watched.root / "moody.txt").read_text()) >= len(watched.recorded(outcome.json["run_id"])) - len(told)


def test_who_raises_often_is_told_of_ten_times_and_then_counted(project: Project) -> None:
    steps = "".join(f"      - {{id: s{number}, type: log, inputs: {{message: hi}}}}\n" for number in range(40))
    watched = Watched(project, f"flow: {{id: f}}\njobs:\n  - id: a\n    steps:\n{steps}")
    code = """
    class Often(ObserverPlugin):
        def on_event(self, event):
            if event.type == "step_finished":
                raise ValueError
    """
    watched.observers(code, "often Often")
    outcome = watched.run()
    told = watched.warnings(outcome.json["run_id"])
    assert len(told) == 11
    assert told[9].startswith('observer "often": on_event raised ValueError (')
    assert told[10] == 'observer "often": on_event raised 30 more times'


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("def __init__(self, plugin_id, config=None):", "is switched off for this run: its constructor raised"),
        ("def on_startup(self):", "is switched off for this run: its on_startup raised"),
    ],
)
def test_an_observer_that_cannot_start_is_switched_off(watched: Watched, method: str, said: str) -> None:
    code = f"""
    class Broken(ObserverPlugin):
        {method}
            raise OSError("port taken")

        def on_event(self, event):
            open("was-called", "w")
    """
    watched.observers(code, "broken Broken")
    outcome = watched.run()
    assert outcome.exit_code == 0
    place = watched.place_of('raise OSError("port taken")')
    assert watched.warnings(outcome.json["run_id"]) == [f'observer "broken" {said} OSError: port taken ({place})']
    assert not (watched.root / "was-called").exists()


def test_what_on_shutdown_raises_is_told_and_recorded(watched: Watched) -> None:
    code = """
    class Closing(ObserverPlugin):
        def on_event(self, event): pass
        def on_shutdown(self):
            raise OSError("disk full")
    """
    watched.observers(code, "closing Closing")
    outcome = watched.run()
    assert outcome.exit_code == 0
    place = watched.place_of('raise OSError("disk full")')
    said = f'observer "closing": on_shutdown raised OSError: disk full ({place})'
    assert watched.warnings(outcome.json["run_id"]) == [said]
    assert said in outcome.stderr


def test_leaving_the_process_from_an_observer_is_one_more_exception(watched: Watched) -> None:
    code = """
    class Leaving(ObserverPlugin):
        def on_event(self, event):
            sys.exit(7)

    class Interrupting(ObserverPlugin):
        def on_event(self, event):
            raise KeyboardInterrupt
    """
    watched.observers(code, "leaving Leaving", "interrupting Interrupting")
    outcome = watched.run()
    assert outcome.exit_code == 0
    told = watched.warnings(outcome.json["run_id"])
    assert sum('observer "leaving": on_event raised SystemExit: 7' in each for each in told) == 4
    assert sum('"leaving" is switched off' in each for each in told) == 1
    assert sum('"interrupting" is switched off' in each for each in told) == 1


def test_nothing_of_an_event_can_be_changed(watched: Watched) -> None:
    code = """
    def attempt(action):
        try:
            action()
        except (TypeError, AttributeError) as error:
            return type(error).__name__
        return "changed"

    class Changing(ObserverPlugin):
        def on_event(self, event):
            if event.type != "run_started":
                return
            said = [
                attempt(lambda: setattr(event, "seq", 99)),
                attempt(lambda: object.__setattr__(event, "seq", 99)),
                attempt(lambda: event.payload.update(x=1)),
                attempt(lambda: event.payload.pop("jobs")),
                attempt(lambda: event.payload.__setitem__("x", 1)),
                attempt(lambda: event.payload.__ior__({"x": 1})),
                attempt(lambda: event.payload["steps_of"].clear()),
                attempt(lambda: event.payload["jobs"].append("x")),
                attempt(lambda: dict.__setitem__(event.payload, "own", "copy")),
            ]
            open("said.txt", "w").write(" ".join(said))
            event.payload["x"] = 1
    """
    watched.observers(code + KEEPER.replace("\n", "\n    "), "changing Changing", "keeper Keeper")
    outcome = watched.run()
    said = (watched.root / "said.txt").read_text().split()
    assert said[:8] == ["AttributeError", "TypeError", *["TypeError"] * 5, "AttributeError"]
    first = watched.recorded(outcome.json["run_id"])[0]
    assert watched.seen("keeper")[0][4] == first["payload"]
    assert "own" not in first["payload"]
    place = watched.place_of('event.payload["x"] = 1')
    assert watched.warnings(outcome.json["run_id"]) == [
        'observer "changing": on_event raised TypeError: the payload of an event cannot be changed: '
        f"an observer is told what happened ({place})"
    ]


def test_an_exception_whose_words_raise_is_told_all_the_same(watched: Watched) -> None:
    code = """
    class Nasty(BaseException):
        def __str__(self):
            raise SystemExit(9)

    class Mean(ObserverPlugin):
        def on_event(self, event):
            raise Nasty
    """
    watched.observers(code, "mean Mean")
    outcome = watched.run()
    assert outcome.exit_code == 0
    told = watched.warnings(outcome.json["run_id"])
    place = watched.place_of("raise Nasty")
    assert told[0] == f'observer "mean": on_event raised Nasty: its message cannot be read ({place})'
    assert len(told) == 5


def test_a_long_message_is_cut(watched: Watched) -> None:
    code = """
    class Long(ObserverPlugin):
        def on_event(self, event):
            raise ValueError("x" * 50_000_000)
    """
    watched.observers(code, "long Long")
    outcome = watched.run()
    assert max(map(len, watched.warnings(outcome.json["run_id"]))) < 2500
    assert outcome.exit_code == 0


@pytest.mark.parametrize("size", [1930, 1950, 1960, 1970, 1980, 1990])
def test_of_long_words_no_part_of_a_secret_is_left(watched: Watched, size: int) -> None:
    code = f"""
    import os

    class Leaky(ObserverPlugin):
        def on_event(self, event):
            raise ValueError("x" * {size} + os.environ["API_TOKEN"] + "y" * 100)
    """
    watched.observers(code, "leaky Leaky")
    token = "hunter2-" + "0123456789" * 9
    outcome = watched.run(API_TOKEN=token)
    told = watched.warnings(outcome.json["run_id"])
    assert told
    assert "hunt" not in str(told)


def test_what_it_says_of_the_whole_run_may_be_an_exception_like_any_other(watched: Watched) -> None:
    code = """
    class Asked:
        def __get__(self, observer, kind=None):
            raise SystemExit("do not ask")

    class Silent(ObserverPlugin):
        wants_whole_run = Asked()
        def on_event(self, event):
            pass
    """
    watched.observers(code, "silent Silent")
    (told,) = watched.warnings(watched.run().json["run_id"])
    assert told.startswith(
        'observer "silent" is switched off for this run: its constructor raised SystemExit: do not ask ('
    )
