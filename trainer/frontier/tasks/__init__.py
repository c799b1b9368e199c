"""The classification half of the frontier. `python -m trainer.frontier.tasks --data DATA --run RUN` writes its data points."""
