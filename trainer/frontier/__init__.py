"""The frontier benchmark: utility against leak by method and noise level. `stories` measures continuation, `tasks` classification."""
