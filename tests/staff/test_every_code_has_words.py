"""No code of the domain reaches staff without words: a new one must be worded before it can be shown."""

import ast
from pathlib import Path

from exchange.elections.models import FormStatus, Judgement
from exchange.elections.words import form_defect_text, line_defect_text
from exchange.notices.contexts import KINDS
from exchange.offers.rules import RULES, State
from exchange.settlement.models import Lapse
from exchange.settlement.words import not_accepted_text
from exchange.staff import words

# domain §4
FORM_CODES = {
    *("unsigned", "undated", "name_mismatch", "authority_not_evidenced", "dated_after_receipt"),
    *("not_dated_after_previous", "no_options_listed", "conditional", "unknown_person", "before_commencement"),
    *("late", "person_not_eligible", "nothing_tendered"),
}
LINE_CODES = {"unknown_grant", "option_not_eligible", "mismatch", "partial_tender", "pair_broken", "duplicate"}
EXCHANGE = Path(__file__).resolve().parent.parent.parent / "exchange"


def said_in_source(function: str, argument: str) -> set[str]:
    """Every literal that the product passes to a function by this keyword."""
    found = set()
    for path in EXCHANGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == function:
                for keyword in node.keywords:
                    if keyword.arg == argument and isinstance(keyword.value, ast.Constant):
                        found.add(keyword.value.value)
    return found


def strings_of(path: str) -> set[str]:
    tree = ast.parse((EXCHANGE / path).read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def appended(path: str) -> set[str]:
    """Every literal that a module appends to a list."""
    tree = ast.parse((EXCHANGE / path).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = [call.args[0] for call in calls if getattr(call.func, "attr", "") == "append" and call.args]
    return {node.value for node in found if isinstance(node, ast.Constant)}


def test_states_and_statuses():
    assert set(words.STATE) == set(State)
    assert set(FormStatus.values) <= set(words.STATUS)
    assert set(words.CAUSE) == set(Judgement.Cause.values)


def test_every_defect_of_a_form_and_of_a_line():
    judged = strings_of("elections/rules.py")
    assert set(words.FORM) | set(words.LINE) <= judged
    assert {code for code in judged if code in FORM_CODES} == set(words.FORM) == FORM_CODES
    assert {code for code in judged if code in LINE_CODES} == set(words.LINE) == LINE_CODES
    for code in FORM_CODES:
        assert form_defect_text(code)
    for code in LINE_CODES:
        assert line_defect_text(code)


def test_every_reason_of_eligibility_acceptance_and_lapse():
    assert set(words.PERSON) | set(words.OPTION) <= strings_of("offers/eligibility.py")
    assert appended("offers/eligibility.py") == set(words.PERSON) | set(words.OPTION)
    assert set(words.ACCEPTANCE) <= strings_of("settlement/rules.py")
    assert set(words.LAPSE) == set(Lapse.Reason.values)
    for code in words.ACCEPTANCE:
        assert not_accepted_text(code)


def test_clock_rules_letters_flags_and_the_log():
    assert set(words.RULE) == set(RULES)
    assert set(words.LETTER) == set(KINDS)
    assert said_in_source("flag_for_counsel", "kind") <= set(words.FLAG)
    kinds = said_in_source("append", "kind") | said_in_source("record_event", "audit_kind")
    assert len(kinds) > 8
    assert kinds <= set(words.AUDIT)
