"""`python -m trainer.frontier.tasks --data DATA --run RUN`: the data points of the classification tasks. Give it again to go on."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ...config import digest, remember
from ...gist.data import END_ID
from ..points import written
from .config import METHODS, TASKS, TasksConfig, for_task, tiny
from .data import load, text_of, write_ngram
from .methods import NO_LEVEL, Bench

FOLDERS = {"polarity": "sentence_polarity"}


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m trainer.frontier.tasks", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of banking77/, clinc150/, sentence_polarity/, subjectivity/")
    parser.add_argument("--run", type=Path, required=True, help="folder of points and checkpoints")
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--levels", nargs="+", help="only these, of the methods that have them")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--inverters", nargs="*", choices=TASKS, default=["banking77"], help="tasks whose gist an inverter attacks")
    parser.add_argument("--tiny", action="store_true", help="every method in seconds, to no use but trying out")
    options = parser.parse_args(argv)
    config = tiny(TasksConfig()) if options.tiny else TasksConfig()
    digests = {f"data {task}": digest(options.data / FOLDERS.get(task, task)) for task in TASKS}
    remember(config, digests, options.run / "tasks")
    for seed in options.seeds:
        for name in options.tasks:
            text = text_of(load(options.data, name, config), options.run, config)
            write_ngram(text, options.run, config)
            bench = Bench(text, for_task(config, name), seed, options.run, tuple(options.inverters))
            # What there will be, for who reports on what there is.
            levels = {method: bench.levels(method) for method in METHODS}
            written(options.run / f"{name}.json", (json.dumps({"end": END_ID, "methods": levels}, indent=1) + "\n").encode())
            for method in options.methods:
                for level in bench.levels(method):
                    if level == NO_LEVEL or options.levels is None or level in options.levels:
                        bench.point(method, level)


if __name__ == "__main__":
    main()
