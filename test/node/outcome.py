"""Turns what was seen into the `outcome` of a scenario, with symbols for all that differs from machine to machine."""
import os
import re


def normalise(script, text, namespace):
    """Puts symbols for addresses, times and the namespace into a message. None stays None."""
    if text is None:
        return None
    text = script.symbolise(text).replace(namespace, '{{namespace}}')
    # The home of CRI-O, which systemd starts without one.
    text = re.sub(rf"{os.environ['NODE_STATE']}/node\d+/home", '/root', text)
    text = re.sub(r'127\.0\.0\.1:\d+->', '127.0.0.1:<ephemeral>->', text)
    text = re.sub(r'current time \S+ is after \S+', 'current time <now> is after <notAfter>', text)
    text = re.sub(r'on [0-9.]+:53', 'on <dns>:53', text)
    return re.sub(r'\s+', ' ', text) if text.count('\n') > 30 else text


def in_order(requests):
    """Keeps the first TLS line of each server, and sorts runs of blob requests by path: nodes fetch them in parallel."""
    ordered, blobs, greeted = [], [], set()

    def flush():
        ordered.extend(sorted(blobs, key=lambda request: (request['path'], str(request['status']))))
        blobs.clear()

    for request in requests:
        if request['method'].startswith('(TLS'):
            if request['server'] in greeted:
                continue
            greeted.add(request['server'])
        if '/blobs/' in request['path']:
            blobs.append(request)
        else:
            flush()
            ordered.append(request)
    flush()
    return ordered


def outcome_of(script, namespace, watch, requests):
    """Returns the outcome that FORMAT describes in README.md, from a Watch and the log of a script."""
    containers = {}
    for name, entry in watch.containers.items():
        containers[name] = {
            'kind': entry['kind'],
            'image': normalise(script, entry['image'], namespace),
            'pulled': entry['pulled'],
            'reason': entry['reason'],
            'message': normalise(script, entry['message'], namespace),
            'waitingReasonsSeen': watch.seen[name],
        }
    failed = next((entry for entry in containers.values() if entry['pulled'] is False), None)
    pulled = False if failed else True if all(entry['pulled'] for entry in containers.values()) else None
    warnings = [{'reason': reason, 'message': normalise(script, message, namespace)}
                for reason, message in watch.warnings]
    for request in requests:
        request['path'] = normalise(script, request['path'], namespace)
    outcome = {
        'pulled': pulled,
        'reason': failed and failed['reason'],
        'message': failed and failed['message'],
        'containers': containers,
        'warnings': sorted(warnings, key=str),
        'requests': in_order(requests),
    }
    if not watch.decided:
        outcome['undecidedAfterSeconds'] = 45
    return outcome
