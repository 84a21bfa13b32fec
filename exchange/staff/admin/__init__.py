"""Every list of the desk, in no order: the menu (`frame.MENU`) has the order."""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Model

from exchange.audit.models import AuditEvent
from exchange.documents.models import Paper
from exchange.elections.models import Form
from exchange.grants.models import Cancellation, Grant
from exchange.market.models import CorporateAction
from exchange.notices.models import Message
from exchange.offers.models import CounselFlag, Offer
from exchange.people.models import Holder, Report, User
from exchange.settlement.models import Acceptance, Lapse, NewGrant, NotAccepted, Promise
from exchange.staff.admin.accounts import GroupAdmin, UserAdmin
from exchange.staff.admin.base import ReadOnlyAdmin
from exchange.staff.admin.forms import FormAdmin
from exchange.staff.admin.grants import CancellationAdmin, GrantAdmin
from exchange.staff.admin.letters import MessageAdmin, PaperAdmin
from exchange.staff.admin.log import AuditEventAdmin, CorporateActionAdmin, CounselFlagAdmin
from exchange.staff.admin.new_grants import NewGrantAdmin
from exchange.staff.admin.offers import OfferAdmin
from exchange.staff.admin.outcome import AcceptanceAdmin, LapseAdmin, NotAcceptedAdmin, PromiseAdmin
from exchange.staff.admin.people import HolderAdmin
from exchange.staff.admin.reports import ReportAdmin

ADMINS: tuple[tuple[type[ReadOnlyAdmin[Any]], type[Model]], ...] = (
    (OfferAdmin, Offer),
    (HolderAdmin, Holder),
    (ReportAdmin, Report),
    (GrantAdmin, Grant),
    (FormAdmin, Form),
    (AcceptanceAdmin, Acceptance),
    (CancellationAdmin, Cancellation),
    (NotAcceptedAdmin, NotAccepted),
    (PromiseAdmin, Promise),
    (NewGrantAdmin, NewGrant),
    (LapseAdmin, Lapse),
    (CorporateActionAdmin, CorporateAction),
    (MessageAdmin, Message),
    (PaperAdmin, Paper),
    (CounselFlagAdmin, CounselFlag),
    (AuditEventAdmin, AuditEvent),
    (UserAdmin, User),
    (GroupAdmin, Group),
)
