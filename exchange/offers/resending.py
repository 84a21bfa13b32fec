"""Letters that were given up, sent again: to the address the company has on file now, for it may have been mended."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from exchange.audit.actions import append
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.notices.actions import cancel_overdue, overdue, send_given_up
from exchange.notices.models import Message, State
from exchange.people.account_letters import ACCOUNT_LETTERS
from exchange.people.models import Holder

OWNER = "holder:"


def addresses_now(messages: Iterable[Message]) -> dict[UUID, str]:
    """The valid address on file of each letter's owner, by letter; one query.

    What is about a sign-in or an account, and an invitation, went to the account's own address: it goes there again.
    """
    found = {message.pk: message for message in messages}
    numbers = {message.owner_key.removeprefix(OWNER) for message in found.values()}
    on_file: Mapping[str, str] = dict(
        Holder.objects.filter(employee_number__in=numbers).values_list("employee_number", "email")
    )
    addresses = {}
    for key, message in found.items():
        of_account = message.kind in {"invitation", "sign_in_notice", *ACCOUNT_LETTERS}
        address = message.to_address if of_account else on_file.get(message.owner_key.removeprefix(OWNER), "")
        if _is_valid(address.strip()):
            addresses[key] = address.strip()
    return addresses


def _is_valid(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def send_again(*, message_ids: Iterable[UUID], actor: str, at: datetime) -> Result[int]:
    """Give letters that were given up a new start, each to the address on file now; how many.

    One that asks to act by a deadline past at `at`, the true instant, is cancelled and named in the remarks.
    One whose owner still has no valid address on file is left, named in the remarks; refuses when none is left. The
    words, the key and the Message-ID stay. A change of address is written to the log.
    """

    def work() -> Done[int]:
        messages = list(
            Message.objects.select_for_update()
            .filter(pk__in=list(message_ids), state=State.FAILED)
            .defer("text", "html", "calendar")
        )
        given_up = Message.objects.filter(pk__in=[message.pk for message in messages])
        past = set(overdue(given_up, at).values_list("pk", flat=True))
        addresses = {pk: to for pk, to in addresses_now(messages).items() if pk not in past}
        cancel_overdue(given_up, at)
        remarks = [
            Refusal(
                "letter_deadline_passed" if message.pk in past else "letter_without_address",
                {"subject": message.subject, "owner": message.owner_key},
            )
            for message in messages
            if message.pk not in addresses
        ]
        if not addresses and not past:
            raise refuse(*(remarks or [Refusal("nothing_to_do")]))
        moved: dict[str, list[list[str]]] = defaultdict(list)
        for message in messages:
            address = addresses.get(message.pk)
            if address is not None and address != message.to_address:
                moved[message.offer_key].append([str(message.pk), message.to_address, address])
        for offer_key, letters in sorted(moved.items()):
            append(
                chain=f"letters:{offer_key}",
                kind="letters.readdressed",
                actor=actor,
                at=at,
                payload={"offer": offer_key, "letters": letters},
            )
        return Done(send_given_up(addresses, at=at), remarks)

    return in_one_transaction(work)
