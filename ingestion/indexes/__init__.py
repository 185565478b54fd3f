"""Indexes of properties: what they hold, how they are built, what they tell."""
