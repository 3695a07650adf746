#!/usr/bin/env python3
"""expect.py FILE|FOLDER...
Writes `expected` into scenarios of CRI-O, from the outcome: see expectations.py.

If a scenario is like another one and has the same outcome, it is expected to be found as there, unless the message
names another cause. Prints the outcomes that no row knows, and fails if there are any.
"""
import glob
import json
import re
import sys

import scenario_files
from expectations import ROWS


def of_failure(reason, message):
    """Returns the row for a failure, or None."""
    for row_reason, expression, verdict, kinds in ROWS:
        if row_reason in (None, reason) and re.search(expression, message, re.S):
            return {'verdict': verdict, 'kinds': kinds}
    return None


def expected_of(outcome, like=None):
    """Returns what is expected for an outcome; `like` is the scenario that was recorded on another runtime."""
    theirs = like['outcome'].get('pulled') if like else None
    if outcome.get('pulled') is None:
        # The API server or CRI-O itself refused, or nothing was decided in time: everything is right.
        return like['expected'] if like and theirs is None else {'verdict': ['allow', 'warn', 'deny'], 'kinds': []}
    if outcome['pulled']:
        expected = {'verdict': ['allow', 'warn'], 'kinds': []}
        # Without a request the node had the image already.
        got_by = not outcome['requests'] or (theirs and like['expected'].get('mayAlarm'))
        return {**expected, 'mayAlarm': True} if got_by else expected
    row = of_failure(outcome['reason'], outcome['message'])
    if row and theirs is False and set(row['kinds']) & set(like['expected']['kinds']):
        return like['expected']
    return row


def main():
    unknown = 0
    for path in sys.argv[1:]:
        for file in [path] if path.endswith('.json') else sorted(glob.glob(path + '/*.json')):
            scenario = scenario_files.read(file)
            if 'outcome' not in scenario:
                continue
            like = scenario_files.read(f'{scenario_files.SCENARIOS}/{scenario["like"]}.json') if 'like' in scenario else None
            expected = expected_of(scenario['outcome'], like)
            if expected is None:
                unknown += 1
                print(scenario['name'], json.dumps(scenario['outcome']['message']))
                continue
            scenario_files.write(file, {**scenario, 'expected': expected})
    sys.exit(1 if unknown else 0)


if __name__ == '__main__':
    main()
