"""Every write of settlement, one file an action: accept, promise, grant, sign, certify, print."""
