"""The management commands of the contract. Decides no rule and writes no model."""
