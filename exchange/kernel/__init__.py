"""Clock, business days, exact shares and ratios, results.

Pure values in, pure values out. Never imports Django's models, never stores anything, never reads the clock
except in `clock.now`, which only the edges call.
"""
