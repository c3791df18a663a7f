"""What other systems leave: tokens by their digests, and what came in by which key."""
