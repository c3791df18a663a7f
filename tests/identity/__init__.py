"""Providers of OpenID Connect for the tests: a real one, and one that tells untruths."""
