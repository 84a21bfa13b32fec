"""The holder's pages. Decides no rule and writes no model: it asks reads and calls actions."""
