"""Names that must be unique or well formed."""

from tests.validation.flows import job, log, report, told


def test_two_jobs_of_one_id_are_told_with_both_places() -> None:
    flow = """
    flow: {id: test}
    jobs:
      - {id: load, steps: [{id: a, type: log, inputs: {message: x}}]}
      - id: load
        steps: [{id: a, type: log, inputs: {message: x}}]
    """
    assert (
        report(flow)
        == """\
error[AF-F101]: two jobs have the id "load"
 --> flow.yaml:4:9
  |
4 |   - id: load
  |         ^^^^ first used on line 3
  |
  = give one of them another id

1 error"""
    )


def test_two_steps_of_one_id_are_told_where_the_second_stands() -> None:
    assert told(job(log("say"), log("say"))) == [
        'AF-F102 `say` two steps of job "main" have the id "say" | first used on line 5 | give one of them another id'
    ]


def test_steps_of_different_jobs_and_handlers_may_share_an_id() -> None:
    flow = f"""
    jobs:
      - {{id: a, steps: [{log("say")}]}}
      - {{id: b, steps: [{log("say")}]}}
    handlers:
      on_success: [{log("say")}]
      on_exit: [{log("say")}]
    """
    assert told(flow) == []


def test_two_steps_of_one_id_in_a_handler_are_told() -> None:
    flow = f"""
    jobs: [{{id: a, steps: [{log("say")}]}}]
    handlers:
      on_exit: [{log("say")}, {log("say")}]
    """
    assert told(flow) == [
        'AF-F102 `say` two steps of handler "on_exit" have the id "say" | first used on line 4 '
        "| give one of them another id"
    ]


def test_a_key_promoted_twice_in_a_job_is_told() -> None:
    steps = [f"{{id: {name}, type: log, inputs: {{message: x}}, outputs: {{rows: 1}}}}" for name in ("a", "b")]
    assert told(job(*steps)) == [
        'AF-F103 `rows` two steps of job "main" promote the key "rows" | first promoted on line 5 '
        "| give one of them another name: a job has one value per key"
    ]


def test_names_of_params_and_resources_must_be_nameable() -> None:
    flow = f"""
    params: {{"a b": {{}}}}
    resources: {{1st: {{kind: db, driver: sqlite3, config: {{path: x}}}}}}
    {job(log("say")).replace(chr(10), chr(10) + "    ")}
    """
    hint = 'a name is a letter or "_", then up to 63 letters, digits, "_" or "-"'
    assert told(flow) == [
        f'AF-F104 `"a b"` "a b" is no valid name in "params" | {hint}',
        f'AF-F104 `1st` "1st" is no valid name in "resources" | {hint}',
    ]


def test_what_could_not_be_read_is_no_second_finding() -> None:
    flow = """
    jobs:
      - steps: [{type: log, inputs: {message: x}}, {type: log, inputs: {message: x}}, {id: a}]
      - steps: [{id: a, inputs: {}}]
        depends_on: [3, 4]
        when: jobs.x.status == "SUCCESS"
    """
    assert [line.split(" ")[0] for line in told(flow)] == ["AF-W207"]
