"""What a system may do, what its forms are as JSON Schema, and how the interface is described."""
