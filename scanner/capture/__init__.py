"""The live intercepting proxy: traffic as it passes, into a file that can be audited."""
