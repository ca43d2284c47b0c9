"""A script that runs another, after what makes of its process one of another machine: see in_child.py."""

import pickle
import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    for work in pickle.loads(bytes.fromhex(sys.argv[1])):  # the tests have written it
        work()
    del sys.path[0]
    sys.argv = sys.argv[2:]
    runpy.run_path(sys.argv[0], run_name="__main__")
