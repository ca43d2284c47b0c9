"""Plugins that do to a process what no plugin should, each a file with one module, in load order."""

STEP = """\
from aetherflow.core.api import register_step

@register_step("{name}")
def {name}(ctx, inputs):
    "Do nothing."
    return {{}}
"""

HOSTILE = {
    "a_first": STEP.format(name="a_first"),
    "b_exits": "import os\n\n\ndef give_up():\n    os._exit(7)\n\n\ngive_up()\n",
    "c_loops": "turns = 0\nwhile True:\n    turns += 1\n",
    "d_forks": "import os, time\n\nif os.fork() == 0:\n    time.sleep(1000)\n",
    "e_becomes_a_daemon": """\
import os, time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1000)
    os._exit(0)
os.wait()
""",
    "f_forks_and_lets_both_go_on": "import os\n\nos.fork()\n",
    "g_closes_files": "import os\n\nos.closerange(3, 4096)\n",
    "h_takes_their_numbers": """\
import os, tempfile

os.closerange(3, 4096)
kept = [tempfile.TemporaryFile() for _ in range(20)]
""",
    "i_prints": "for _ in range(2000):\n    print('x' * 500)\n",
    "j_recurses": "def again():\n    again()\n\n\nagain()\n",
    "k_leaves": "import sys\n\nsys.exit(3)\n",
    "l_interrupts": "def press():\n    raise KeyboardInterrupt\n\n\npress()\n",
    "m_cannot_be_pickled": """\
from threading import Lock

from aetherflow.core.api import register_step

@register_step("m_cannot_be_pickled")
class Held:
    lock = Lock()

    def run(self, ctx, inputs):
        return {}

    def __reduce__(self):
        raise TypeError
""",
    "n_threads": "import threading, time\n\nthreading.Thread(target=time.sleep, args=(1000,)).start()\n",
    "o_replaces_stdout": "import sys\n\nsys.stdout = None\n",
    "p_crashes": "import ctypes\n\nctypes.string_at(0)\n",
    "q_kills": "import os, signal\n\nos.kill(os.getpid(), signal.SIGKILL)\n",
    "r_stops": "import os, signal\n\nos.kill(os.getpid(), signal.SIGSTOP)\n",
    "s_becomes_another": "import os\n\nos.execv('/bin/sleep', ['sleep', '1000'])\n",
    "t_writes_everywhere": """\
import os

for descriptor in range(3, 4096):
    try:
        os.write(descriptor, b'{"type": "Done", "load": {"plugin": "u_patches"}}\\n')
    except OSError:
        pass
""",
    "u_patches": "import json, os\n\njson.dumps = os.getpid = os.fstat = None\n",
    "v_has_odd_texts": """\
from aetherflow.core.api import register_step


class Name(str):
    def __str__(self):
        raise ValueError


@register_step(Name("v_has_odd_texts"))
def odd(ctx, inputs):
    return {}
""",
    "w_says_odd_things": "class Odd(Exception):\n    def __str__(self):\n        raise ValueError\n\n\nraise Odd\n",
    "x_exits_later": """\
import os, threading, time

def give_up():
    time.sleep(0.2)
    os._exit(4)

threading.Thread(target=give_up).start()
""",
    "y_is_slow": "import time\n\ntime.sleep(0.6)\n",
    "z_last": STEP.format(name="z_last"),
}
