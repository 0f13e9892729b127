"""Raw bytes kept unaltered, and the list of digests that lets anyone check a whole case."""
