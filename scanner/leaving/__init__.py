"""What leaves a case: copies for others, archives that replay a site, and what is purged."""
