"""Recordings of traffic, whoever made them, read into exchanges; and one exchange, by its place."""
