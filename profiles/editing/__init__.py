"""A definition as a person edits it: its members as rows, each in inputs of its own.

Pure: from the body of a definition to rows and back, and the shapes of these rows. It judges
nothing: what was made is checked as any other body.
"""
