"""Forms of the admin that write records and subscriptions, and what they need to know."""
