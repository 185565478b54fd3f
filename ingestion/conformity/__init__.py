"""What does not fit its definition, or would not fit a planned one."""
