"""Who and what is synced, by numeric id: names get reused, ids do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from laurels.adapters.github.client import GitHub, Missing, Read
from laurels.adapters.github.client.nodes import (
    OrganizationData,
    PersonData,
    PersonNode,
    RepositoryData,
)
from laurels.adapters.github.client.observed import repository_of
from laurels.adapters.github.payloads import Repository
from laurels.apps.audit.actors import Actor
from laurels.apps.intake.models_sync import PersonProfile, SubjectKind, SyncSubject
from laurels.apps.intake.services.sync.errors import SubjectMissing, SyncRefused
from laurels.apps.people.services import people_observe
from laurels.domain.lifecycle import PersonFact
from laurels.domain.metrics import year_spans
from laurels.kit.times import format_instant, instant_of

_DATES = "abcd"


@dataclass(frozen=True, slots=True)
class Found:
    """A subject as GitHub knows it now; `person` and `repository` where it is such a thing."""

    kind: str
    github_id: int
    name: str
    at: int
    person: PersonNode | None = None
    repository: Repository | None = None
    window: tuple[int, int] = (0, 0)


def subject_find(kind: str, name: str, github: GitHub, *, now: int) -> Found:
    """Ask GitHub what has this name now (one request); raises SubjectMissing."""
    try:
        if kind == SubjectKind.USER:
            return _user(name, github, now)
        if kind == SubjectKind.ORGANIZATION:
            org = github.query("organization", {"login": name}, OrganizationData)
            actor = org.data.organization
            if actor is not None and actor.database_id is not None:
                return Found(kind, actor.database_id, actor.login, org.at)
        else:
            owner, _, repo = name.partition("/")
            read = github.query("repository", {"owner": owner, "name": repo}, RepositoryData)
            node = read.data.repository
            if node is not None:
                repository = repository_of(node)
                return Found(
                    kind, node.database_id, node.name_with_owner, read.at, repository=repository
                )
    except Missing:
        pass
    raise SubjectMissing(f"GitHub shows no {_WORDS[SubjectKind(kind)]} called {name}")


def _user(login: str, github: GitHub, now: int) -> Found:
    spans = [*(span.start for span in year_spans(now)), now]
    variables: dict[str, object] = {"login": login}
    variables |= {key: format_instant(at) for key, at in zip(_DATES, spans, strict=True)}
    read: Read[PersonData] = github.query("person", variables, PersonData)
    person = read.data.user
    if person is None:
        raise SubjectMissing(f"GitHub shows no person called {login}")
    return Found(
        SubjectKind.USER,
        person.database_id,
        person.login,
        read.at,
        person=person,
        window=(spans[0], spans[-1]),
    )


@transaction.atomic
def subject_keep(
    found: Found, *, now: int, acting: Actor, ref: str = ""
) -> tuple[SyncSubject, int | None]:
    """Keep a subject under its latest name; return it, and whose row it is where it is a person.

    `ref` is the reference that was reserved for a person who is not known yet. Raises SyncRefused
    for an erased person.
    """
    contributor = None
    if found.person is not None:
        contributor = _person_keep(found, found.person, now, acting, ref)
    subject, is_new = SyncSubject.objects.get_or_create(
        kind=found.kind,
        github_id=found.github_id,
        defaults={"name": found.name, "created_at": now},
    )
    if not is_new and subject.name != found.name:
        SyncSubject.objects.filter(pk=subject.pk).update(name=found.name)
        subject.name = found.name
    return subject, contributor


def _person_keep(found: Found, person: PersonNode, now: int, acting: Actor, ref: str) -> int:
    fact = PersonFact(person.database_id, person.login, person.typename, found.at)
    refs = {person.database_id: ref} if ref else None
    seen = people_observe({fact}, bot_logins=(), now=now, acting=acting, refs=refs)
    pk = seen.ids.get(person.database_id)
    if pk is None:
        raise SyncRefused("this person asked to be forgotten")
    spans = [person.first, person.second, person.third]
    known = [span for span in spans if span is not None]
    is_whole = len(known) == len(spans)
    PersonProfile.objects.update_or_create(
        contributor_id=pk,
        defaults={
            "joined_at": None if person.created_at is None else instant_of(person.created_at),
            "window_start": found.window[0],
            "window_end": found.window[1],
            # A sum that lacks a span would be too small without saying so.
            "pull_requests": _sum(known, "total_pull_request_contributions", is_whole),
            "reviews": _sum(known, "total_pull_request_review_contributions", is_whole),
            "issues": _sum(known, "total_issue_contributions", is_whole),
            "restricted": sum(span.restricted_contributions_count for span in known),
            "read_at": found.at,
        },
    )
    return pk


def _sum(spans: Sequence[object], name: str, is_whole: bool) -> int | None:
    return sum(int(getattr(span, name)) for span in spans) if is_whole else None


_WORDS = {
    SubjectKind.USER: "person",
    SubjectKind.REPOSITORY: "repository",
    SubjectKind.ORGANIZATION: "organisation",
}
