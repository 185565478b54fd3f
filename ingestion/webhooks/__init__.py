"""Webhooks: the change feed, sent to subscribers. See decision 23."""
