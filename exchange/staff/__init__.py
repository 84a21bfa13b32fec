"""One Django admin site for HR, counsel and auditors. Decides no rule and writes no model."""
