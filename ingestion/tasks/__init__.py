"""Tasks: many operations at once, done chunk by chunk by workers, with receipts and rejects."""
