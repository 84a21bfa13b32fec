"""Files in and out: uploaded, checked, applied. Never half-applies a file."""
