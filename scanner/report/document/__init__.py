"""Papers that an office files: what stands in them, and how they are set in Word."""
