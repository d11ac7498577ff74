"""Many people with many contributions, written in sets: facts only, nothing settled yet."""

from __future__ import annotations

from django.apps import apps

from laurels.apps import sql
from laurels.apps.contributions.models import Contribution, PullRequest
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Repository
from laurels.domain.lifecycle import SubjectFold, dumps

REPOSITORY = 4_000_000
FIRST_PERSON = 6_000_000


def populate(counts: list[int], *, at: int) -> list[int]:
    """Make people with so many opened pull requests each, one after another in one repository.

    Returns their primary keys in order. Person n's GitHub id is FIRST_PERSON + n.
    """
    sql.insert(
        Repository,
        ("github_id", "full_name", "owner_login", "seen_at", "owner_at", "fork_at", "private_at",
         "topics_at", "is_fork"),
        [(REPOSITORY, "acme/widgets", "acme", at, 0, 0, 0, 0, False)],
        ignore_conflicts=True,
    )  # fmt: skip
    repository = Repository.objects.get(github_id=REPOSITORY).pk
    sql.insert(
        Contributor,
        ("ref", "github_id", "login", "login_key", "login_seen_at", "kind", "is_bot",
         "first_seen_at"),
        [
            (f"{FIRST_PERSON + n:032x}", FIRST_PERSON + n, f"person-{n}", f"person-{n}", at,
             "User", False, at)
            for n in range(len(counts))
        ],
    )  # fmt: skip
    people = [
        row[0]
        for row in sql.fetch(
            "SELECT id FROM people_contributor WHERE github_id >= %s ORDER BY github_id",
            [FIRST_PERSON],
        )
    ]
    authors = [n for n, count in enumerate(counts) for _ in range(count)]
    numbers = range(1, len(authors) + 1)
    sql.insert(
        PullRequest,
        ("repository", "number", "fold", "version", "is_shown", "author", "title", "state",
         "created_at", "changed_at", "labelled_by", "is_gone", "association", "lifecycle"),
        [
            (repository, number,
             dumps(SubjectFold(REPOSITORY, number, True, True, at, at,
                               author=(3, at, FIRST_PERSON + n))),
             1, True, people[n], "", "open", at, at, "[]", False, "", "open")
            for number, n in zip(numbers, authors, strict=True)
        ],
    )  # fmt: skip
    rows = dict(sql.fetch("SELECT number, id FROM contributions_pullrequest"))
    sql.insert(
        Contribution,
        ("ref", "kind", "repository", "number", "contributor", "pull_request", "occurred_at",
         "opened_at", "is_withdrawn", "revision"),
        [
            (f"{number:032x}", "pr_opened", repository, number, people[n], rows[number],
             at, at, False, 1)
            for number, n in zip(numbers, authors, strict=True)
        ],
    )  # fmt: skip
    if sql.is_postgres():
        # As the server does by itself within a minute; in one transaction it cannot.
        sql.execute("ANALYZE")
    return people


def copy_settled(model: str) -> int:
    """Give everybody else what the one settled person has, by statement; return the rows made.

    Stands for the settles of the others where a test only needs them to be in the way.
    """
    copies = {
        "item": ("scoring_item", {"contribution_id": "b.id", "contributor_id": "b.contributor_id",
                                  "number": "b.number"}),
        "entry": ("scoring_ledgerentry", {"id": "10000000 + b.id", "contribution_id": "b.id",
                                          "contributor_id": "b.contributor_id"}),
        "standing": ("standings_standing", {"contributor_id": "b.id", "login": "b.login"}),
        "tier": ("recognition_tierstanding", {"contributor_id": "b.id"}),
    }  # fmt: skip
    table, own = copies[model]
    is_fact = model in ("item", "entry")
    names = [
        field.column
        for one in apps.get_models()
        if one._meta.db_table == table
        for field in one._meta.concrete_fields
        if not field.generated and (not field.primary_key or field.column in own)
    ]
    values = ", ".join(own.get(name, f"t.{name}") for name in names)
    source = "contributions_contribution b" if is_fact else "people_contributor b"
    templates = f"(SELECT * FROM {table}" + (" ORDER BY id LIMIT 1)" if is_fact else ")")
    owner = "b.contributor_id" if is_fact else "b.id"
    return sql.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {source}"
        f" CROSS JOIN {templates} t WHERE {owner} <> t.contributor_id"
    )
