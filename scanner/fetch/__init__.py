"""The one way out to the network: every byte that leaves goes through a guard of our own."""
