"""The driver of a phone over adb: makes a recording of an app's run that any auditor can read."""
