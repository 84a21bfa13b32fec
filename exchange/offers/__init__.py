"""Terms, versions, the timeline and the legal clock of an offer. Never knows who elected."""
