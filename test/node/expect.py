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
    """Returns the row for a failure, or None. The registry itself decides, which CRI-O names after the mirrors."""
    message = re.sub(r'\(Mirrors also failed: .*\]\): ', '', message, flags=re.S)
    for row_reason, expression, verdict, kinds in ROWS:
        if row_reason in (None, reason) and re.search(expression, message, re.S):
            return {'verdict': verdict, 'kinds': kinds}
    return None


def expected_of(scenario, like=None):
    """Returns what is expected of a scenario; `like` is the one that was recorded on another runtime."""
    outcome, servers = scenario['outcome'], scenario['registry']['servers']
    theirs = like['outcome'].get('pulled') if like else None
    if outcome.get('pulled') is None:
        # The API server or CRI-O itself refused, or nothing was decided in time: everything is right.
        return like['expected'] if like and theirs is None else {'verdict': ['allow', 'warn', 'deny'], 'kinds': []}
    if outcome['pulled']:
        expected = {'verdict': ['allow', 'warn'], 'kinds': []}
        got_by = (theirs and like['expected'].get('mayAlarm')) or patience(outcome, servers) or foreign_credential(scenario)
        return {**expected, 'mayAlarm': True} if got_by else expected
    row = of_failure(outcome['reason'], outcome['message'])
    if row and len(servers) > 1 and row['verdict'] == ['deny']:
        # The message is that of one host, and another one may have failed for a while only.
        row = {**row, 'verdict': ['deny', 'warn']}
    if row and foreign_credential(scenario):
        row = {**row, 'kinds': [*row['kinds'], 'not-checked']}
    if row and only_in_the_pull(outcome, servers):
        row = {**row, 'mayMiss': True}
    asked_for_image = 'pinging container registry' not in outcome['message']
    if row and theirs is False and asked_for_image and set(row['kinds']) & set(like['expected']['kinds']):
        return like['expected']
    return row


def only_in_the_pull(outcome, servers):
    """Whether only the pull itself shows the failure: the registry changed its answer, or a layer has other content."""
    rules = [rule for server in servers.values() for rule in server.get('rules', [])]
    blob_once = any('times' in rule and '/blobs/' in rule['match'].get('path', '') for rule in rules)
    return changed_its_mind(outcome) or blob_once or "does not match config's DiffID" in outcome['message']


def changed_its_mind(outcome):
    """Whether a registry refused what it had allowed a moment before: CRI-O asks twice, and a check asks once."""
    allowed = set()
    for request in outcome['requests']:
        key = (request['server'], request['method'], request['path'], request['authorization'])
        if request['status'] == 200:
            allowed.add(key)
        elif key in allowed and '/blobs/' not in request['path']:
            return True
    return False


def foreign_credential(scenario):
    """Whether CRI-O sent the credential of Docker Hub to another host, for a short name. Pullgate never does that."""
    images = [container['image'] for container in scenario['objects'][-1]['spec']['containers']]
    short = any('{{' not in image and '.' not in image.split('/')[0] for image in images)
    sent = any((request['authorization'] or '') not in ('', 'Basic ') for request in scenario['outcome']['requests'])
    return short and sent and 'docker.io' in json.dumps(scenario['objects'])


def patience(outcome, servers):
    """Whether the node had the image already, or waited longer than a check before the deploy can."""
    rules = [rule['do'] for server in servers.values() for rule in server.get('rules', [])]
    return (not outcome['requests'] or any(request['status'] == 429 for request in outcome['requests'])
            or any(rule.get('delaySeconds', 0) >= 4 for rule in rules))


def main():
    unknown = 0
    for path in sys.argv[1:]:
        for file in [path] if path.endswith('.json') else sorted(glob.glob(path + '/*.json')):
            scenario = scenario_files.read(file)
            if 'outcome' not in scenario:
                continue
            like = scenario_files.read(f'{scenario_files.SCENARIOS}/{scenario["like"]}.json') if 'like' in scenario else None
            expected = expected_of(scenario, like)
            if expected is None:
                unknown += 1
                print(scenario['name'], json.dumps(scenario['outcome']['message']))
                continue
            scenario_files.write(file, {**scenario, 'expected': expected})
    sys.exit(1 if unknown else 0)


if __name__ == '__main__':
    main()
