"""The gist split: a whole message as one small vector, released once. `python -m trainer.gist` makes a bundle of it."""
