"""How the endpoints are described, and what of."""
