"""One test for each row of the threat model in docs/security.md."""
