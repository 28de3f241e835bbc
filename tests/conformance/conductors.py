"""Conductors that the tests of compositions run."""

from typing import Any

from tests.conformance.client import Client, pairs

# What it is told, it answers: `action`, `params` and `state` are an instruction to the platform.
TELLS = "def main(args): return args"
# The steps it has still to do are in the state that the platform keeps for it.
STEPS = """
def main(args):
    steps = args.pop('steps')
    if not steps:
        return {'params': args}
    return {'action': steps[0], 'params': args, 'state': {'steps': steps[1:]}}
"""
ADD = "def main(args): return {'n': args['n'] + 1} if 'n' in args else {'error': 'no n'}"


def conductor(client: Client, text: str = TELLS, mark: Any = True, **fields: Any) -> str:
    annotations = pairs({"conductor": mark})
    return client.action(text, annotations=annotations, **fields)


def steps_of(client: Client, record: Any) -> list[Any]:
    return [client.record(step) for step in client.record(record["activationId"])["logs"]]
