"""What traffic shows: requests as facts, whoever captured them."""
