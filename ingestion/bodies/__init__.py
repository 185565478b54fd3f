"""What was sent for a write: read, taken apart into its members, and normalised."""
