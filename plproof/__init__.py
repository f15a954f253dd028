"""plproof."""
