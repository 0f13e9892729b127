"""Fetching a policy and its parts, and saying whose it is."""
