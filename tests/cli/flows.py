"""Flows that tests of the command line run."""

OK = """
version: 1
flow: {id: daily}
jobs:
  - id: extract
    steps:
      - {id: hello, type: log, inputs: {message: "hello from {{flow_id}}"}}
      - id: shout
        type: external.process
        inputs: {command: [sh, -c, "echo to stdout; echo to stderr >&2"], log: {stdout: inherit}}
"""

FAILING = """
version: 1
flow: {id: daily}
jobs:
  - id: load
    steps:
      - id: insert
        type: external.process
        inputs: {command: [sh, -c, "test -f fixed || exit 3"], cwd: "{{env.HOME}}"}
  - id: report
    depends_on: [load]
    steps:
      - {id: tell, type: log, inputs: {message: done}}
"""

WRONG = """
version: 1
flow: {id: daily}
jobs:
  - id: load
    steps:
      - {id: insert, type: external.proces, inputs: {}}
"""

SLEEPING = """
version: 1
flow: {id: daily}
jobs:
  - id: wait
    steps:
      - {id: long, type: external.process, inputs: {command: [sleep, "30"]}}
"""

GATED = """
version: 1
flow: {id: daily}
params: {n: {type: integer, default: 3}}
jobs:
  - id: load
    when: "params.n > 'x'"
    steps:
      - {id: insert, type: log, inputs: {message: hi}}
"""

TOLERANT = """
version: 1
flow: {id: daily}
jobs:
  - id: load
    continue_on_error: true
    steps:
      - {id: insert, type: fail, inputs: {message: boom}}
  - id: report
    steps:
      - {id: tell, type: log, inputs: {message: done}}
"""
