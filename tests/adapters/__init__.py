"""The adapters: what they send, how they read answers, and the promises of their ports."""
