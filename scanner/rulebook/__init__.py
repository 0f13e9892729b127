"""Rules: what a rule file says, how it is read, judged, and made to prove itself."""
