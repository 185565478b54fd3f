"""A value as a person edits it: from a profile to inputs, and from inputs back to the value.

Pure: the inputs of a form are a mapping of names to texts, and nothing here judges them.
"""
