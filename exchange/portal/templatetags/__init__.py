"""Template filters of the holder's pages. They format; they decide nothing."""
