"""The desk of HR, counsel and auditors: one Django admin site to read in, and guarded pages that call one action each.

Nothing here decides a rule or writes a model. A page shows what an action would do, and does exactly that.
"""
