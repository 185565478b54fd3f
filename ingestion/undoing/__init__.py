"""Undoing a task: its records go back to what they were, unless somebody changed them since.

What a task did is read from its changes, so nothing is kept for the day on which it is undone.
"""
