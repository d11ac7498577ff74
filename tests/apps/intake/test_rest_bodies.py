"""Bodies of GitHub's REST API: real ones with their published counts, and small ones told here."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from laurels.adapters.gharchive import Refused
from laurels.adapters.github.bodies import BodyKind
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.contributions.models import Contribution, Issue, PullRequest, Review
from laurels.apps.intake.models import ImportedFile, ImportRun
from laurels.apps.intake.services import ImportReport, import_rest
from laurels.apps.people.models import Contributor
from laurels.apps.projects.register import Register
from laurels.apps.scoring.models import LedgerEntry
from laurels.apps.scoring.selectors import ledger_digest, ledger_verify
from laurels.apps.scoring.services import program_init
from laurels.domain.rulesets import Ruleset
from laurels.kit.clock import ManualClock
from laurels.kit.times import format_instant
from tests.apps.scoring.world import DAY, START, World, items
from tests.fakes import archive
from tests.fakes.archive import ALICE, BOB

pytestmark = pytest.mark.django_db

NOW = START
FILES = {
    BodyKind.PULLS: "devlake_pull_requests.csv",
    BodyKind.REVIEWS: "devlake_pull_request_reviews.csv",
    BodyKind.ISSUES: "devlake_issues.csv",
}


def bring_in(kind: BodyKind, *paths: Path, register: Register | None = None) -> ImportReport:
    return import_rest(
        kind, paths, register=register or Register.all(), clock=ManualClock(NOW), acting=SYSTEM
    )


def bodies(path: Path) -> list[dict[str, Any]]:
    """Read the bodies of a CSV file the plain way."""
    csv.field_size_limit(10_000_000)
    with path.open(newline="", encoding="utf-8") as file:
        return [json.loads(row["data"]) for row in csv.DictReader(file)]


@pytest.fixture
def real(shared_data: Path) -> dict[BodyKind, Path]:
    """The three real files of one repository, in a program with the default rules."""
    program_init("fair", now=NOW, acting=SYSTEM)
    return {kind: shared_data / "rest" / name for kind, name in FILES.items()}


def test_real_pull_requests_give_the_published_counts(real: dict[BodyKind, Path]) -> None:
    told = bodies(real[BodyKind.PULLS])
    merged = {body["number"] for body in told if body["merged_at"]}
    report = bring_in(BodyKind.PULLS, real[BodyKind.PULLS])
    assert (report.events_read, report.events_by_type) == (50, {"pulls": 50})
    assert len([body for body in told if body["merged_at"]]) == 27
    assert report.merged == len(merged)
    assert report.pull_requests == len({body["number"] for body in told})
    assert not report.has_losses
    authors = {body["user"]["id"] for body in told}
    assert authors <= set(Contributor.objects.values_list("github_id", flat=True))
    for body in told:
        row = PullRequest.objects.get(number=body["number"])
        assert row.created_at is not None
        assert (row.merged_at is not None) == (body["number"] in merged)
        assert row.additions is None, "bodies in lists carry no size"


def test_real_reviews_are_told_as_losses_until_the_repository_is_known(
    real: dict[BodyKind, Path],
) -> None:
    report = bring_in(BodyKind.REVIEWS, real[BodyKind.REVIEWS])
    assert (report.events_read, report.reviews, report.pull_requests) == (0, 0, 0)
    assert report.losses["broken_lines"] == 31
    assert len(report.broken_lines) == 20
    assert report.has_losses
    first = report.broken_lines[0]
    assert first["file"] == FILES[BodyKind.REVIEWS]
    assert "panjf2000/ants" in first["reason"]
    assert not LedgerEntry.objects.exists()

    bring_in(BodyKind.PULLS, real[BodyKind.PULLS])
    report = bring_in(BodyKind.REVIEWS, real[BodyKind.REVIEWS])
    told = bodies(real[BodyKind.REVIEWS])
    assert (report.events_read, report.has_losses) == (31, False)
    assert report.reviews == len({body["id"] for body in told}) == Review.objects.count()
    by_others = {(body["pull_request_url"].rsplit("/", 1)[1], body["user"]["id"]) for body in told}
    authors = {
        (str(number), author)
        for number, author in PullRequest.objects.values_list("number", "author__github_id")
    }
    submitted = Contribution.objects.filter(kind="review_submitted", is_withdrawn=False)
    assert submitted.count() == len(by_others - authors)


def test_real_issues_are_told_from_the_pull_requests_among_them(
    real: dict[BodyKind, Path],
) -> None:
    bring_in(BodyKind.PULLS, real[BodyKind.PULLS])
    told = bodies(real[BodyKind.ISSUES])
    plain = [body["number"] for body in told if "pull_request" not in body]
    assert (len(told), len(plain)) == (42, 26)
    before = PullRequest.objects.filter(is_shown=True).count()
    report = bring_in(BodyKind.ISSUES, real[BodyKind.ISSUES])
    assert (report.events_read, report.issues) == (42, 26)
    assert report.contributions["issue_completed"] == 26
    assert set(Issue.objects.values_list("number", flat=True)) == set(plain)
    assert PullRequest.objects.filter(is_shown=True).count() == before


def test_a_second_import_of_everything_posts_nothing(real: dict[BodyKind, Path]) -> None:
    first = [bring_in(kind, path) for kind, path in real.items()]
    assert sum(one.entries_posted for one in first) > 30
    digest = ledger_digest()
    again = [bring_in(kind, path) for kind, path in real.items()]
    assert [one.entries_posted for one in again] == [0, 0, 0]
    assert ledger_digest() == digest
    assert ledger_verify().ok
    assert ImportRun.objects.count() == 6
    logged = ImportedFile.objects.filter(run__door="rest")
    assert len(set(logged.values_list("sha256", flat=True))) == 3
    assert set(logged.values_list("coverage", flat=True)) == {"{}"}


def test_the_order_of_kinds_after_the_pull_requests_changes_nothing(
    real: dict[BodyKind, Path], tmp_path: Path
) -> None:
    for kind in (BodyKind.PULLS, BodyKind.ISSUES, BodyKind.REVIEWS):
        bring_in(kind, real[kind])
    digest = ledger_digest()
    bring_in(BodyKind.REVIEWS, real[BodyKind.REVIEWS])
    bring_in(BodyKind.PULLS, real[BodyKind.PULLS])
    assert ledger_digest() == digest


def write(folder: Path, name: str, *told: dict[str, Any]) -> Path:
    path = folder / name
    path.write_text("\n".join(json.dumps(body) for body in told) + "\n")
    return path


def review_body(number: int, review_id: int, by: dict[str, Any], at: int) -> dict[str, Any]:
    return {
        "id": review_id, "user": by, "state": "APPROVED", "submitted_at": format_instant(at),
        "author_association": "MEMBER",
        "pull_request_url": f"https://api.github.com/repos/acme/widgets/pulls/{number}",
    }  # fmt: skip


def test_json_lines_of_all_kinds_earn_like_events_do(tmp_path: Path) -> None:
    world = World(
        tmp_path,
        Ruleset(
            weights_milli={"pr_merged": 20_000, "pr_approved": 10_000, "issue_completed": 5_000,
                           "review_submitted": 4_000}
        ),
    )  # fmt: skip
    world.clock.advance(DAY)
    pull = archive.pull_request(1, created_at=START, merged_at=START + 90)
    issue = archive.issue(
        2, created_at=START, closed_at=START + 10, state_reason="completed",
        repository_url="https://api.github.com/repos/acme/widgets",
    )  # fmt: skip
    for kind, body in (
        (BodyKind.PULLS, pull),
        (BodyKind.REVIEWS, review_body(1, 5, BOB, START + 60)),
        (BodyKind.ISSUES, issue),
    ):
        path = write(tmp_path, f"{kind.value}.jsonl", body)
        report = import_rest(
            kind, [path], register=Register.all(), clock=world.clock, acting=SYSTEM
        )
        assert not report.has_losses
    assert world.points(ALICE) == 35
    assert world.points(BOB) == 4
    assert items()["pr_approved", 1].occurred_at == START + 60
    assert world.is_whole()


def test_a_broken_body_among_good_ones_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    World(tmp_path)
    path = write(tmp_path, "pulls.jsonl", archive.pull_request(1, created_at=START - DAY))
    path.write_text(path.read_text() + '{"number": "two"}\n{"number": 3')
    report = bring_in(BodyKind.PULLS, path)
    assert (report.pull_requests, report.losses["broken_lines"]) == (1, 2)
    assert [loss["line"] for loss in report.broken_lines] == [2, 3]


@pytest.mark.parametrize("kind", BodyKind)
def test_a_file_of_another_kind_is_refused_before_anything_is_read(
    tmp_path: Path, kind: BodyKind
) -> None:
    World(tmp_path)
    path = write(tmp_path, "odd.jsonl", {"hello": "there"})
    with pytest.raises(Refused, match=r"odd\.jsonl"):
        bring_in(kind, path)
    assert not ImportRun.objects.exists()


def test_bodies_of_unregistered_repositories_are_left_out(tmp_path: Path) -> None:
    World(tmp_path)
    path = write(tmp_path, "pulls.jsonl", archive.pull_request(1, created_at=START - DAY))
    report = bring_in(BodyKind.PULLS, path, register=Register.none())
    assert (report.events_read, report.pull_requests, report.entries_posted) == (1, 0, 0)


def test_progress_is_told_by_file(tmp_path: Path) -> None:
    World(tmp_path)
    path = write(tmp_path, "pulls.jsonl", archive.pull_request(1, created_at=START - DAY))
    told: list[tuple[str, int, int]] = []
    import_rest(
        BodyKind.PULLS, [path], register=Register.all(), clock=ManualClock(NOW), acting=SYSTEM,
        progress=lambda *step: told.append(step),
    )  # fmt: skip
    assert told[0] == ("pulls.jsonl", 0, 1)
    assert ("settling", 1, 1) in told
