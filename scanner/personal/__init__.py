"""Personal information in bytes: taken out of its wrappings, recognised, searched for, masked."""
