"""A link pressed in two browsers at the same moment lets one of them in."""

import pytest

from exchange.kernel import clock
from exchange.kernel.results import Done, Refused
from exchange.offers.invitations import invite_holders
from exchange.people.invitations import use_invitation
from exchange.people.models import Invitation, InvitationUse
from tests.support.races import at_once
from tests.support.world import a_holder, a_live_offer, value

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_one_is_let_in_and_the_other_told_that_the_link_was_used():
    offer, holder = a_live_offer(), a_holder("E1")
    value(invite_holders(code=offer.code, employee_numbers=["E1"], actor="a test", at=clock.now()))
    link = Invitation.objects.get(holder=holder).pk

    def press() -> object:
        return use_invitation(invitation_id=link, actor="holder:E1", at=clock.now())

    for_each = at_once(press, press, press)
    assert sorted(type(answer).__name__ for answer in for_each) == [Done.__name__, Refused.__name__, Refused.__name__]
    assert {answer.reasons[0].code for answer in for_each if isinstance(answer, Refused)} == {"invitation_used"}
    assert InvitationUse.objects.count() == 1
