"""A second reading of the rules, written apart from the product, and small worlds on which the two must agree."""
