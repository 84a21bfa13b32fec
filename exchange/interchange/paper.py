"""Paper forms from files: two tables, forms and their lines, into submissions ready to be recorded."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from exchange.elections.records import Submission
from exchange.elections.rules import LineFacts, Signed
from exchange.interchange.problems import Problem, shown
from exchange.interchange.schemas import FORM_LINES, FORMS, FormRow, check_lines
from exchange.interchange.tables import read_table


def read_paper_forms(
    forms_path: Path | str, lines_path: Path | str, *, channels: Collection[str]
) -> tuple[list[Submission], list[Problem]]:
    """The submissions of two files, or everything that is wrong with either. `channels` are those of the offer."""
    forms, lines = read_table(forms_path, FORMS), read_table(lines_path, FORM_LINES)
    problems = [*forms.problems, *lines.problems, *check_lines(forms, lines)]
    expected = ", ".join(sorted(set(channels) - {"portal"}))
    for row in forms.rows:
        if row.channel not in channels:
            message = _("{value} is not a channel of this offer").format(value=shown(row.channel))
            problems.append(Problem(forms.file, row.row, "channel", row.channel, expected, message))
    if problems:
        return [], problems
    by_form: dict[str, list[LineFacts]] = defaultdict(list)
    for line in lines.rows:
        by_form[line.form_id].append(LineFacts(line.grant_number, line.grant_date, line.exercise_price, line.shares))
    return [_submission(row, by_form[row.form_id]) for row in forms.rows], []


def _submission(row: FormRow, lines: list[LineFacts]) -> Submission:
    """A transcribed paper form. Identification numbers are not kept: no offer of this kind asks for them."""
    signed = row.signed_at
    return Submission(
        kind=row.kind,
        channel=row.channel,
        employee_number=row.employee_number,
        signed=Signed(at=signed) if isinstance(signed, datetime) else Signed(on=signed),
        signature_name=row.signature_name,
        lines=tuple(lines),
        number=row.form_id,
        received_at=row.received_at,
        signer_capacity=row.signer_capacity,
        signer_title=row.signer_title,
        has_authority_evidence=row.authority_evidence,
        has_name_change_proof=row.name_change_proof,
        email=row.email,
        address=row.address,
    )
