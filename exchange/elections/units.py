"""What can be tendered together: one option, or all halves of a split pair. Pure."""

from exchange.elections.reads import HolderView, OptionView


def units_of(view: HolderView) -> list[tuple[OptionView, ...]]:
    """What can be ticked: one eligible option, or all halves of a split pair when each of them is eligible."""
    eligible = {option.grant.grant_number: option for option in view.eligible}
    units: list[tuple[OptionView, ...]] = []
    seen: set[str] = set()
    for number, option in eligible.items():
        if number in seen or not set(option.mates) <= set(eligible):
            continue
        unit = tuple(other for key, other in eligible.items() if key == number or key in option.mates)
        seen |= {other.grant.grant_number for other in unit}
        units.append(unit)
    return units
