"""How records are found: what is listed, in which order, from where on, in which time.

Both doors, the parameters of a list and the bodies of `browse` and `query`, make a `Search` of what
was asked; `pages.find` answers it.
"""
