"""Options held, the plans and their share pools, vesting arithmetic. Never knows that an offer exists."""
