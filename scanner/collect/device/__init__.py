"""What a run on a phone recorded: calls, screens, taps, permission states, processes."""
