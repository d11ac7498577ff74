from __future__ import annotations

import json

from django.test import Client

from laurels.apps.people.models import Contributor, SignIn
from tests.doors.web.conftest import World
from tests.plugins.signed_in import sign_in_as


def test_export_when_asked_then_all_of_ones_own_and_no_secret(world: World) -> None:
    person = Contributor.objects.get(pk=world.top_pk)
    browser = sign_in_as(Client(), person)
    answer = browser.get("/account/export.json")
    assert answer["Content-Disposition"] == 'attachment; filename="laurels-export.json"'
    said = json.loads(answer.content)
    assert said["account"]["login"] == world.top
    assert said["ledger"][-1]["balance"] == sum(line["points"] for line in said["ledger"])
    assert said["ledger"][0]["explanation"]
    assert len(said["contributions"]) > 5
    assert [one["number"] for one in said["certificates"]]
    assert said["sign_ins"][0]["ended_at"] is None
    hidden = SignIn.objects.get(contributor=person).ref_hash
    assert hidden not in answer.content.decode()
