"""What the views of all apps share: keys, errors, bodies, pages, ETags."""
