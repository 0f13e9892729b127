"""Bytes into a document: what a reader of the policy sees, whatever form it comes in."""
