"""All that changes jobs. The row is the truth, the bell a hint (see `running` for guarantees).

Signatures: enqueue(kind, arguments, *, dedupe_key=None, run_after=0, now, acting) -> Job | None
claim(*, now, job_id=None) -> Job | None · run(job, *, clock, chance=random.random) -> Outcome
renew(job, *, now, progress=None) · sweep(*, now) -> Swept · schedules_tick(*, now) -> int
job_retry(job_id, *, now, acting) -> Job · work_once(*, clock) -> Outcome | None
run_due(*, clock, limit=None) -> Drained · drain(*, clock, timeout, wait=time.sleep) -> Drained
"""
