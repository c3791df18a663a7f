"""Office: what can be done: each act one transaction."""
