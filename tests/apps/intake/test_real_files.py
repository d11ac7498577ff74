"""Real event files in, the published counts and hand-computed points out."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.intake.services import ImportReport, import_gharchive
from laurels.apps.people.models import Contributor
from laurels.apps.projects.register import Register
from laurels.apps.scoring.models import LedgerEntry
from laurels.apps.scoring.selectors import ledger_digest, ledger_verify, totals_of
from laurels.apps.scoring.services import program_init
from laurels.domain.rulesets import PRESETS
from laurels.kit.clock import ManualClock
from laurels.kit.times import parse_instant
from tests.apps.intake.pure import World
from tests.apps.intake.raw import Raw, events
from tests.fakes.archive import trim

pytestmark = pytest.mark.django_db

NOW = parse_instant("2026-05-01T00:00:00Z")
HOUR = "gharchive/2015-01-01-12.json.gz"
DAYS = [f"kubernetes-2017/2017-07-{day}.json.gz" for day in (24, 25, 26)]
COUNTS = {
    HOUR: (8273, 325, 151, 561, 705),
    DAYS[0]: (2680, 225, 78, 218, 271),
    DAYS[1]: (3067, 247, 89, 248, 280),
    DAYS[2]: (2753, 225, 85, 265, 285),
}


def bring_in(*paths: Path, preset: str = "nest") -> ImportReport:
    """Import files into this database, beginning it where that is still to do."""
    if not LedgerEntry.objects.exists():
        program_init(preset, now=NOW, acting=SYSTEM)
    return import_gharchive(paths, register=Register.all(), clock=ManualClock(NOW), acting=SYSTEM)


@pytest.mark.parametrize("name", COUNTS)
def test_import_of_a_real_file_gives_the_published_counts(shared_data: Path, name: str) -> None:
    report = bring_in(shared_data / name)
    read, pull_requests, merged, issues, people = COUNTS[name]
    assert report.events_read == read
    assert report.events_by_type == dict(Raw([shared_data / name]).types)
    found = (report.pull_requests, report.merged, report.issues, report.people)
    assert found == (pull_requests, merged, issues, people)
    assert not report.has_losses


def test_import_of_the_three_days_gives_the_published_counts(shared_data: Path) -> None:
    report = bring_in(*(shared_data / day for day in DAYS))
    found = (report.pull_requests, report.merged, report.issues, report.people)
    assert found == (573, 251, 628, 534)


def test_import_of_an_array_of_events_credits_its_reviews(shared_data: Path) -> None:
    path = shared_data / "rest/dlt_github_events_2023.json.gz"
    report = bring_in(path, preset="fair")
    raw = Raw([path])
    assert report.events_read == 100
    assert (report.pull_requests, report.issues) == (len(raw.pull_requests), len(raw.issues))
    assert report.events_by_type["PullRequestReviewEvent"] == 23
    assert report.reviews == 17  # GitHub told six of them more than once
    assert report.contributions["review_submitted"] > 0


def test_import_of_trimmed_days_attributes_what_can_be(shared_data: Path, tmp_path: Path) -> None:
    paths = []
    for day in DAYS:
        path = tmp_path / Path(day).name
        lines = [json.dumps(trim(event)) for event in events(shared_data / day)]
        path.write_bytes(gzip.compress("\n".join(lines).encode()))
        paths.append(path)
    report = bring_in(*paths)
    assert (report.pull_requests, report.merged) == (573, 250)
    from laurels.apps.contributions.models import PullRequest

    assert PullRequest.objects.filter(is_shown=True, author__isnull=False).count() == 539


@pytest.mark.parametrize("names", [[HOUR], DAYS, [HOUR, *DAYS]], ids=["hour", "days", "all"])
def test_nest_points_equal_the_sum_computed_from_the_raw_files(
    shared_data: Path, names: list[str]
) -> None:
    paths = [shared_data / name for name in names]
    bring_in(*paths)
    people = dict(Contributor.objects.values_list("pk", "github_id"))
    totals = totals_of(list(people))
    points = {people[pk]: total.points for pk, total in totals.items() if total.points}
    assert points == dict(Raw(paths).nest_points())


def test_second_import_posts_nothing_and_changes_nothing_but_the_log(shared_data: Path) -> None:
    paths = [shared_data / day for day in DAYS]
    bring_in(*paths)
    before = _everything()
    report = bring_in(*paths)
    assert report.entries_posted == 0
    assert report.pull_requests == 573
    assert _everything() == before


def _everything() -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all our tables but the import log and the audit of imports."""
    from django.apps import apps

    ours = [model for model in apps.get_models() if model.__module__.startswith("laurels.apps.")]
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in ours
        if model._meta.app_label not in ("intake", "audit")
    }


@pytest.fixture(scope="module")
def three_days(shared_data: Path) -> World:
    """Return what the three days say, folded without a database."""
    return World(shared_data / day for day in DAYS)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_leaves_what_the_pure_staircase_says(
    shared_data: Path, three_days: World, preset: str
) -> None:
    bring_in(*(shared_data / day for day in DAYS), preset=preset)
    left = ledger_digest()
    assert (left.active_items, left.sha256) == three_days.digest(preset)
    assert ledger_verify().ok


@pytest.mark.parametrize("seed", range(3))
def test_files_shuffled_and_split_line_by_line_give_one_digest(
    shared_data: Path, three_days: World, tmp_path: Path, seed: int
) -> None:
    lines = [
        line
        for day in DAYS
        for line in gzip.decompress((shared_data / day).read_bytes()).splitlines()
    ]
    draw = random.Random(seed)
    draw.shuffle(lines)
    paths = []
    for part in range(4):
        path = tmp_path / f"part-{part}.json.gz"
        path.write_bytes(gzip.compress(b"\n".join(lines[part::4])))
        paths.append(path)
    draw.shuffle(paths)
    bring_in(paths[0], preset="fair")
    bring_in(*paths[1:])
    left = ledger_digest()
    assert (left.active_items, left.sha256) == three_days.digest("fair")
    assert ledger_verify().ok
