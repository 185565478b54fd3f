"""What the viewsets of both kinds of record share: requests, answers, exports, waiting."""
