"""Reads and writes scenario files."""
import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
SCENARIOS = os.path.join(HERE, '../scenarios')


def read(path):
    """Returns a scenario with everything that it takes from the one that it is `like`."""
    with open(path) as file:
        scenario = json.load(file)
    if 'like' not in scenario:
        return scenario
    base = read(f'{SCENARIOS}/{scenario["like"]}.json')
    base_node = base.get('node', {})
    for field in ('outcome', 'expected'):
        base.pop(field, None)
    return {**base, **scenario, 'node': {**base_node, **scenario.get('node', {})}}


def write(path, scenario):
    """Writes a scenario. If it is `like` another one, only the fields of its own are written."""
    with open(path) as file:
        stored = json.load(file)
    for field in ('outcome', 'expected'):
        if field in scenario:
            stored[field] = scenario[field]
    # A reader never sees half a file.
    with open(path + '.new', 'w') as file:
        json.dump(stored, file, indent=1, ensure_ascii=False)
        file.write('\n')
    os.replace(path + '.new', path)
