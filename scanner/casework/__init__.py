"""What is done with a case that stands; each act is logged, and the case is closed anew."""
