"""The text of a privacy policy: what it says, element by element and claim by claim."""
