"""Everything held about one person, as a zip of files that are read without us (domain §10); nobody else's data.

Each table names its columns one by one: a column that comes to a model is given away only once it is named here.
"""
