"""Runs to look at: one with everything, one with many steps, one with hostile contents."""

import math
from itertools import pairwise
from typing import Any

from aetherflow.core.contracts.event import EventType
from tests.report.recorded import RecordedRun

HOSTILE = (
    "</script><script>window.broken=1</script>",
    "<img src=x onerror=window.broken=1>",
    '"><svg onload=window.broken=1>',
    "' onmouseover='window.broken=1",
    "<!--<script>",
    "\u202eevil\u2066 \u001b[31mred\u0007\u0000",
    "javascript:window.broken=1",
    "{{7*7}}",
    "שלום עולם",
    "Z̷̢̛a̶͝l̸g̵o̴",
)


def full_run() -> RecordedRun:
    """Give a failed run with retries, a loop, gates, locks, patches, metrics, progress and handlers."""
    run = RecordedRun("nightly_sales", "20260131-060000-1f2e3d")
    after = {
        "extract": {"probe": "depends_on"},
        "clean": {"extract": "depends_on"},
        "regions": {"clean": "depends_on"},
        "train": {"clean": "depends_on"},
        "publish": {"regions": "depends_on", "train": "depends_on"},
        "archive": {"extract": "order"},
        "notify": {"publish": "depends_on", "probe": "order"},
    }
    run.begin(after, jobs=("probe", "extract", "clean", "regions", "train", "publish", "archive", "notify"))
    run.event(EventType.LOG, level="warning", message="AF-E301: the variable SALES_URL is not set (flow.yaml:12)")
    run.step("probe", "ping", seconds=0.4, kind="http.get", outputs={"status": 200, "latency_ms": 31.4})
    run.job("probe")
    begun = run.now
    logged = tuple((EventType.LOG, {"level": "info", "message": f"page {page} of 6 read"}) for page in range(1, 7))
    run.step("extract", "download", seconds=3, retries=2, kind="http.get", within=logged, outputs={"rows": 18423})
    run.event(EventType.LOCK_ACQUIRED, job="extract", key="warehouse", fencing_token=7, waited_seconds=1.2)
    run.step(
        "extract", "stage", seconds=1.5, kind="db.copy", outputs={"table": "stage.sales", "files": ["a.csv", "b.csv"]}
    )
    run.event(EventType.LOCK_RELEASED, job="extract", key="warehouse", fencing_token=7, lost=False)
    run.job("extract", started_at=begun, outputs={"rows": 18423})
    begun = run.now
    progress = tuple((EventType.STEP_PROGRESS, {"done": done, "total": 20}) for done in range(21))
    run.step("clean", "dedupe", seconds=2.5, kind="frame.dedupe", within=progress, outputs={"dropped": 212})
    run.event(
        EventType.HOOK_PATCHED,
        job="clean",
        step="fill",
        plugin="guard",
        hook="before_step",
        function="limit_rows",
        file="guard/hooks.py",
        line=14,
        changed=["inputs.limit"],
        before={"inputs.limit": None},
        after={"inputs.limit": 1000},
    )
    run.step("clean", "fill", "SKIPPED", seconds=0, reason="when is false")
    run.job("clean", started_at=begun)
    begun = run.now
    regions = ["north", "south", "east", "west"]
    for index, region in enumerate(regions):
        run.step(
            "regions",
            "sum",
            item=index,
            seconds=0.6,
            kind="db.query",
            outputs={"region": region, "total": 1000 * index},
        )
        run.step("regions", "chart", item=index, seconds=0.3)
        run.item("regions", index, outputs={"total": 1000 * index})
    run.job("regions", started_at=begun, items=regions)
    begun = run.now
    epochs = tuple(
        (EventType.METRIC, {"name": name, "value": value, "labels": labels})
        for epoch in range(60)
        for name, value, labels in (
            ("loss", 2.4 * math.exp(-epoch / 14) + 0.05 * math.sin(epoch), {"set": "train"}),
            ("loss", 2.6 * math.exp(-epoch / 18) + 0.3 + 0.09 * math.cos(epoch * 1.7), {"set": "validation"}),
            ("learning_rate", 0.001 * 0.95**epoch, {}),
            ("rows_per_second", 15_000 + 3_000 * math.sin(epoch / 4), {}),
        )
    )
    run.step("train", "fit", seconds=6, kind="model.fit", within=epochs, outputs={"loss": 0.31})
    said = tuple(
        (EventType.LOG, {"level": level, "message": text})
        for level, text in (
            ("info", "loading checkpoint"),
            ("warning", "the checkpoint is 3 days old"),
            ("error", "shape (128, 64) does not fit (128, 32)"),
        )
    )
    run.step(
        "train",
        "evaluate",
        "FAILED",
        seconds=1,
        retries=1,
        kind="external.process",
        within=said,
        error="exited with code 3: python evaluate.py\n\nTraceback (most recent call last):\n"
        '  File "evaluate.py", line 12, in <module>\n    main()\n'
        "ValueError: shape (128, 64) does not fit (128, 32)",
        hint="its stderr is in the run's log; run it again with --redo train.evaluate",
    )
    run.job("train", "FAILED", started_at=begun, reason='step "evaluate": exited with code 3: python evaluate.py')
    run.event(EventType.JOB_GATED, job="publish", status="BLOCKED", reason='"train" did not end SUCCESS')
    run.job("publish", "BLOCKED", started_at=run.now, reason='"train" did not end SUCCESS')
    begun = run.now
    run.step("archive", "pack", seconds=0.8)
    run.job("archive", started_at=begun)
    run.event(EventType.JOB_GATED, job="notify", status="BLOCKED", reason='"publish" did not end SUCCESS')
    run.job("notify", "BLOCKED", started_at=run.now, reason='"publish" did not end SUCCESS')
    run.step("handlers.on_failure", "mail", seconds=0.2, kind="mail.send", outputs={"to": "data@example.org"})
    run.end("FAILED")
    return run


def long_run(steps: int, jobs: int = 1) -> RecordedRun:
    """Give a run of many steps, some of which fail, are retried or are skipped."""
    run = RecordedRun("bulk", f"of-{steps}-in-{jobs}")
    names = [f"part_{number:04}" for number in range(jobs)]
    after = {second: {first: "depends_on"} for number, (first, second) in enumerate(pairwise(names)) if number % 5}
    run.begin(after, jobs=tuple(names))
    for number, name in enumerate(names):
        begun = run.now
        for step in range(steps // jobs):
            status = "FAILED" if (number + step) % 997 == 500 else "SKIPPED" if step % 50 == 49 else "SUCCESS"
            more: dict[str, Any] = {"error": "it broke\nhere"} if status == "FAILED" else {}
            run.step(
                name,
                f"step_{step:05}",
                status,
                seconds=0.05 + 0.2 * (step % 7 == 3),
                retries=int(step % 211 == 7),
                outputs={"rows": step, "file": f"/data/part-{step}.parquet"},
                **more,
            )
        has_failed = any((number + step) % 997 == 500 for step in range(steps // jobs))
        run.job(name, "FAILED" if has_failed else "SUCCESS", started_at=begun)
    run.end("FAILED")
    return run


def looping_run(items: int) -> RecordedRun:
    """Give a run with a loop over many items, two steps each."""
    run = RecordedRun("loops", f"of-{items}")
    run.begin(jobs=("each",))
    for index in range(items):
        run.step("each", "fetch", item=index, seconds=0.2)
        run.step("each", "store", item=index, seconds=0.1, outputs={"key": f"k{index}"})
        run.item("each", index)
    run.job("each", items=[{"key": f"k{index}", "size": index * 17} for index in range(items)])
    run.end()
    return run


def hostile_run() -> RecordedRun:
    """Give a run in which every text tries to get out of where it stands."""
    run = RecordedRun("daily", "hostile")
    run.begin({"b": {"a": "depends_on"}}, jobs=("a", "b"))
    for number, text in enumerate(HOSTILE):
        run.event(EventType.LOG, level=text, message=text)
        within = (
            (EventType.LOG, {"level": "info", "message": text}),
            (EventType.METRIC, {"name": text, "value": number, "labels": {text: text}}),
            (EventType.STEP_PROGRESS, {"done": text, "total": text}),
            (EventType.METRIC, {"name": "nothing", "value": text}),
        )
        run.step(
            "a",
            f"s{number}{text}",
            "FAILED",
            kind=text,
            error=text,
            hint=text,
            reason=text,
            outputs={text: text, "list": [text]},
            within=within,
        )
        run.event(EventType.JOB_GATED, job=text, status=text, reason=text)
        run.event(
            EventType.HOOK_PATCHED,
            job="a",
            plugin=text,
            hook=text,
            function=text,
            changed=[text],
            before={text: text},
            after={text: text},
        )
        run.event(EventType.LOCK_ACQUIRED, job="a", key=text, fencing_token=1, taken_over_from={"run_id": text})
    run.job("a", "FAILED", reason=HOSTILE[0], outputs={HOSTILE[1]: HOSTILE[0]})
    run.item("b", 0, outputs=HOSTILE[0], reason=HOSTILE[1])
    run.job("b", items=[HOSTILE[0]], reason=HOSTILE[1])
    run.end("FAILED")
    return run


def resumed_run() -> RecordedRun:
    """Give a run whose process died in a step, that was resumed hours later, and is at work again."""
    run = RecordedRun("nightly", "resumed")
    after = {"load": {"extract": "depends_on"}, "report": {"load": "depends_on"}}
    jobs = ("extract", "load", "report")
    run.begin(after, jobs=jobs)
    begun = run.now
    run.step("extract", "pull", seconds=4)
    run.job("extract", started_at=begun)
    run.step("load", "copy", None, seconds=6)
    run.batch.steps.pop()
    run.event(EventType.LOG, job="load", step="copy", level="info", message="half of it is there")
    run.now += 3 * 3600
    run.event(EventType.RUN_RESUMED, jobs=list(jobs), steps=3, after=after, done=1)
    begun = run.now
    run.job("extract", started_at=begun)
    run.step("load", "copy", "FAILED", seconds=3, error="the disk is full")
    run.job("load", "FAILED", started_at=begun, reason="the disk is full")
    run.end("FAILED")
    run.now += 600
    run.event(EventType.RUN_RESUMED, jobs=list(jobs), steps=3, after=after, done=1)
    begun = run.now
    run.batch.steps.pop()
    run.job("extract", started_at=begun)
    run.step("load", "copy", seconds=7)
    run.job("load", started_at=begun)
    begun = run.now
    run.step("report", "draw", None, seconds=2)
    run.job("report", None, started_at=begun)
    return run
