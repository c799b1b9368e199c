"""The frontier on story continuation: what every method keeps of a prefix, and what a server reads of it."""
