"""People, as the command line and the sessions meet them."""

from __future__ import annotations

import pytest

from mysignals.services import people
from tests.support.served import House


def test_the_first_registrar_is_made_by_address_and_needs_no_mail(house: House) -> None:
    ann = house.user("ann", is_activated=False)
    with house.app.app_context():
        people.make_registrar("ANN@example.com")
    assert (house.fresh(ann).role, house.fresh(ann).is_activated) == ("Registrar", True)


def test_a_registrar_is_not_made_of_nobody(house: House) -> None:
    with house.app.app_context(), pytest.raises(people.NoSuchUser):
        people.make_registrar("nobody@example.com")


@pytest.mark.parametrize(("epoch", "found"), [(3, True), (2, False), (-1, False)])
def test_a_session_of_an_older_password_is_nobodys(house: House, epoch: int, found: bool) -> None:
    ann = house.user(session_epoch=3)
    with house.app.app_context():
        assert (people.of_session(ann.id, epoch) is not None) is found
