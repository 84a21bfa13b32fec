"""The demonstration: one command starts a broker, a worker, a scheduler and the site, with a sample offer in it."""
