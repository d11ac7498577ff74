"""Raw bodies and erasure: whatever names an erased person goes, when and after they are erased."""

from __future__ import annotations

import pytest

from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.intake import naming
from laurels.apps.intake.models import Delivery, DeliveryBody, DeliveryProgress
from laurels.apps.intake.selectors_deliveries import deliveries_counts
from laurels.apps.intake.services.deliveries_forget import bodies_seek
from laurels.apps.people.models import Contributor
from laurels.apps.people.selectors import access_contributor
from laurels.apps.recognition import erasing
from laurels.apps.recognition.services import person_erase
from laurels.apps.scoring.services import program_init
from tests.apps import factories
from tests.apps.intake.inbox import NOW, accept, arrival, of_event, states, work
from tests.fakes import archive

WEAVER = archive.account(50_123, "Weaver-Ann")
OTHER = archive.account(60_456, "other")


@pytest.fixture
def program(db: None) -> None:
    """Begin a program with the repository of the fakes."""
    program_init("fair", now=1, acting=SYSTEM)
    repo = archive.WIDGETS
    factories.repository(
        repo["full_name"], github_id=repo["id"], owner_github_id=repo["owner"]["id"]
    )


def opened(number: int, who: archive.Json, **more: str) -> None:
    """Deliver that somebody opened a pull request."""
    body = archive.pull_request(number, who, **more)
    accept(of_event(archive.pull_request_event("opened", body, who), guid=f"pull-{number}"))


def kept() -> list[str]:
    """Return the GUIDs of deliveries that have their bodies."""
    with_body = DeliveryBody.objects.values("delivery_id")
    return list(
        Delivery.objects.filter(pk__in=with_body).order_by("pk").values_list("guid", flat=True)
    )


def erase(login: str) -> Contributor:
    """Erase somebody, as every door does."""
    found = access_contributor(login)
    person_erase(found.pk, reason="asked", now=NOW, acting=operator())
    return found


def test_erase_when_bodies_name_the_person_then_they_go_and_others_stay(program: None) -> None:
    opened(1, WEAVER)
    opened(2, OTHER)
    opened(3, OTHER, title="Thanks to @WEAVER-ANN, again")
    opened(4, OTHER, title="Weaver-Anna and the weaver")
    accept(arrival({"id": 50_123, "login": "renamed-since"}, guid="by-id"))
    accept(arrival({"number": 50_123, "size": 501_230}, guid="other-number"))
    accept(arrival(b"payload=%7B%22login%22%3A%22weaver-ann%22%7D", guid="form"))
    work()
    before = deliveries_counts()

    erase("weaver-ann")
    assert kept() == ["pull-2", "pull-4", "other-number"]
    assert deliveries_counts() == before
    assert Delivery.objects.count() == 7


def test_erase_when_a_body_is_still_to_be_worked_then_it_goes_once_it_is(program: None) -> None:
    opened(1, WEAVER)
    work()
    opened(2, WEAVER)
    erase("weaver-ann")
    assert kept() == ["pull-2"]
    work()
    assert kept() == []
    assert states() == ["processed", "processed"]


def test_work_when_an_erased_person_is_delivered_again_then_facts_and_body_forget_them(
    program: None,
) -> None:
    opened(1, WEAVER)
    work()
    erase("weaver-ann")
    opened(2, WEAVER)
    opened(3, archive.account(70_789, "weaver-ann"))
    opened(4, archive.account(50_123, "renamed-since"))
    opened(5, OTHER)
    accept(arrival({"pusher": {"username": "Weaver-Ann"}}, guid="pushed"))
    work()
    assert kept() == ["pull-5"]
    assert not Contributor.objects.filter(github_id=50_123).exists()


def test_erase_when_a_failure_speaks_of_the_person_then_it_is_masked(program: None) -> None:
    opened(1, WEAVER)
    opened(2, OTHER)
    work()
    first, second = DeliveryProgress.objects.order_by("pk")
    words = {"reason": "no WEAVER-ann here", "last_error": "KeyError: 'weaver-ann'"}
    DeliveryProgress.objects.filter(pk=first.pk).update(**words)
    DeliveryProgress.objects.filter(pk=second.pk).update(reason="nothing", last_error="of it")
    erase("weaver-ann")
    assert list(DeliveryProgress.objects.order_by("pk").values_list("reason", "last_error")) == [
        ("[erased]", "[erased]"),
        ("nothing", "of it"),
    ]


def test_seek_when_more_arrives_or_a_rename_comes_between_then_that_is_found_too(
    program: None,
) -> None:
    who = erasing.Who(50_123, frozenset({"Weaver-Ann"}))
    opened(1, WEAVER)
    forget = bodies_seek(who)
    opened(2, WEAVER)
    opened(3, archive.account(60_456, "new-name"))
    work()
    forget(who)
    assert kept() == ["pull-3"]
    forget(erasing.Who(None, frozenset({"new-name"})))
    assert kept() == []


@pytest.mark.parametrize(
    ("body", "is_named"),
    [
        (b'{"login":"Ann"}', True),
        (b'{"html_url":"https://github.com/ann/"}', True),
        (b'{"ref":"ann-patch-1"}', True),
        (b'{"email":"77+ann@users.example"}', True),
        (b'{"login":"hannah"}', False),
        (b'{"login":"ann2"}', False),
        (b'{"id": 77}', True),
        (b'{"user_id":"77"}', True),
        (b'{"avatar_url":"https://avatars.example/u/77?v=4"}', True),
        (b"payload=%7B%22id%22%3A77%7D", True),
        (b'{"id": 770}', False),
        (b'{"number": 77}', False),
        (b'{"id": 77.5}', False),
        (b"\xff\x00\xfeann\xff", True),
        (b"", False),
    ],
)
def test_names_when_a_body_is_read_then_whole_names_and_ids_count(
    body: bytes, is_named: bool
) -> None:
    assert naming.names(77, ["ANN"])(body) is is_named


def test_names_when_nothing_is_known_of_the_person_then_no_body_names_them() -> None:
    assert not naming.names(None, [])(b'{"id": 1, "login": ""}')


def test_people_in_when_read_then_ids_and_logins_even_of_broken_bodies() -> None:
    body = b'{"user":{"login":"Ann","id":77},"pusher":{"username" : "bob"},"id": 5, "x": \xff'
    assert naming.people_in(body) == ({77, 5}, {"Ann", "bob"})
