"""The holder's pages. Each view asks access, calls one read or one action, and shows one page."""
