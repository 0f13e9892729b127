"""Collectors: what was seen, one room per kind of target; none of them knows a rule."""
