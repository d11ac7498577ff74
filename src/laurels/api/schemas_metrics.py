"""The shapes of metrics and of the populations they are compared with."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from ninja import Field, Schema

from laurels.api.schemas import Closed
from laurels.domain.logins import LOGIN_MOST
from laurels.domain.percentiles import Mode

FINE = "ok"
BATCH_MOST = 100
"""So many people at once."""


class Days(Schema):
    """The first and the last day, both included, as `2026-05-14`."""

    start: str
    end: str


class Span(Schema):
    """A span of time, its end not included."""

    start: str
    end: str


class Why(Schema):
    """Why there is no percentile: a code that stays the same, and a sentence."""

    code: str
    message: str


class Metric(Schema):
    """One metric. Unknown is null, never zero; percentile and bin are null together."""

    value: float | None
    percentile: float | None = Field(description="As shown in this mode, 0 to 99.9.")
    bin: str | None
    lower_is_better: bool
    description: str
    low: float | None = Field(description="The lower end of the tie, in per cent.")
    high: float | None = Field(description="The upper end of the tie, in per cent.")
    n: int | None = Field(description="People of the population with a value; null: never told.")
    mode: Mode
    reason: Why | None
    note: str | None = Field(description="Where the population was measured otherwise.")


class Share(Schema):
    """A language and its share in per cent."""

    language: str
    pct: float


class Coverage(Schema):
    """How much of the window has been read."""

    days: int
    window_days: int
    sentence: str
    gaps: list[Span]
    profile_as_of: str | None


class Counted(Schema):
    """How many pull requests counted, and how many were left out for which reason."""

    eligible: int
    assumed: int = Field(description="Of the eligible: those taken on anybody's comment.")
    ineligible: int
    undecided: int
    undated: int
    outside: int


class Side(Schema):
    """A figure beside the nine with its interval of 95 %, `counted` of `of` pull requests."""

    value: float | None
    low: float | None
    high: float | None
    counted: int
    of: int
    message: str


class Metrics(Schema):
    """What somebody did in three years, and where that stands."""

    user_id: UUID
    github_login: str
    github_created_at: str | None
    metrics_window_start: str
    metrics_window_end: str
    metrics_baseline_id: str | None
    metrics_baseline_dates: Days | None
    mode: Mode
    metrics: dict[str, Metric]
    lifetime_language_profile: list[Share]
    computed_at: str
    coverage: Coverage
    counted: Counted | None = Field(description="Null in computations before it was kept.")
    beside: dict[str, Side] | None = Field(description="Beside the nine, never instead of them.")
    inputs_hash: str


class Lacking(Schema):
    """Somebody of a batch who was asked for and has no metrics to show, and why."""

    asked: str
    code: str


class Batch(Schema):
    """Metrics of many people; everybody asked for is in one list or the other."""

    rows: list[Metrics]
    missing: list[Lacking]


class BatchWish(Closed):
    """Whose metrics are wanted, by id and by login, together at most a hundred."""

    user_ids: Annotated[list[UUID], Field(max_length=BATCH_MOST)] = []
    logins: Annotated[
        list[Annotated[str, Field(max_length=LOGIN_MOST)]], Field(max_length=BATCH_MOST)
    ] = []
    mode: Mode = Mode.FAIR


class PastMetric(Schema):
    """One metric as it was then."""

    value: float | None
    percentile: float | None
    low: float | None
    high: float | None


class Past(Schema):
    """One computation; equal `inputs_hash` means that nothing it was made from had changed."""

    computed_at: str
    metrics_window_start: str
    metrics_window_end: str
    metrics_baseline_id: str | None
    inputs_hash: str
    triggered_by: str
    coverage_days: int
    mode: Mode
    metrics: dict[str, PastMetric]


class History(Schema):
    """Computations, the latest first; `next` is the cursor of the page after, null on the last."""

    user_id: UUID
    github_login: str
    rows: list[Past]
    next: str | None


class Behind(Schema):
    """A pull request behind a number; where it is not public it has no name and no address."""

    repository: str | None
    number: int | None
    title: str | None
    url: str | None
    is_public: bool
    state: str
    is_draft: bool | None
    created_at: str | None
    merged_at: str | None
    role: str = Field(description="counted, of, not-of, ineligible, undecided, undated or outside.")
    is_assumed: bool
    message: str


class Evidence(Schema):
    """Pull requests behind a number, the latest first, also those left out of it."""

    user_id: UUID
    github_login: str
    metric: str
    title: str
    mode: Mode
    computed_at: str
    message: str
    rows: list[Behind]
    next: str | None


class Baseline(Schema):
    """A population that people are compared with, without its thresholds."""

    id: str
    start: str
    end: str
    method: str
    population: int | None
    checksum: str
    content: str
    loaded_at: str
    is_pinned: bool
    is_current: bool


class Baselines(Schema):
    """All populations, the one that ends last first."""

    rows: list[Baseline]


class Class(Schema):
    """A class of values and how many people have one of it, in per cent."""

    values: str
    pct: float


class Figures(Schema):
    """One metric of a population: some thresholds by percentile, and the classes."""

    title: str
    unit: str
    lower_is_better: bool
    n: int | None
    thresholds: dict[str, float]
    classes: list[Class]
    note: str | None


class BaselineFigures(Baseline):
    """A population with the figures of its metrics."""

    metrics: dict[str, Figures]


class Health(Schema):
    """Whether this process can do its work; each part says `ok`."""

    status: str
    parts: dict[str, str]


class Version(Schema):
    """Which program answers, and which version of the API."""

    version: str
    api: str
