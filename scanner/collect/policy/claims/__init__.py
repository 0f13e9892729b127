"""What a policy claims: data, third parties, permissions, promises, periods, rights."""
