"""The desk's own pages, beside the lists and records of `admin`."""
