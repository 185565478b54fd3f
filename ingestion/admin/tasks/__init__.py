"""What was done in the background, in the admin."""
