"""Every code that a judgement can give has its sentence."""

import ast
import inspect
from types import ModuleType

from exchange.elections import rules as election_rules
from exchange.kernel import reasons
from exchange.offers import eligibility
from exchange.settlement.models import Lapse


def _codes(module: ModuleType) -> set[str]:
    tree = ast.parse(inspect.getsource(module))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_form_and_line_defect_of_the_rules_has_a_sentence() -> None:
    known = set(reasons.FORM) | set(reasons.LINE)
    assert known - {"late"} <= _codes(election_rules)
    assert known >= election_rules.REJECTING | election_rules.NEVER_WAIVED


def test_every_reason_of_eligibility_has_a_sentence() -> None:
    assert set(reasons.PERSON) | set(reasons.OPTION) <= _codes(eligibility)
    appended = {code for code in _codes(eligibility) if "_" in code and " " not in code}
    assert appended <= set(reasons.PERSON) | set(reasons.OPTION)


def test_every_lapse_has_a_sentence() -> None:
    assert set(Lapse.Reason.values) <= set(reasons.LAPSE)


def test_a_sentence_takes_its_parameters() -> None:
    assert "$2.00" in reasons.reason_text(reasons.OPTION, "price_below_threshold", price="$2.00")
