"""Log-in by ProConnect (OpenID Connect), for people who already are members: docs/decisions/proconnect.md says why so."""
