"""What a policy owes, element by element, and the words that speak against it."""
