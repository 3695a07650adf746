#!/usr/bin/env python3
"""Plays scenarios against the nodes that up.sh started, and writes `outcome` into each file. Source STATE/env first.

  record.py [--only REGEX] [--missing] [--twice] [--check] FILE|FOLDER...

node1 plays scenarios without files of their own, several at once; each further node plays one scenario at a time, with
the files of that scenario.
"""
import argparse
import glob
import itertools
import json
import os
import queue
import re
import shutil
import sys
import threading
import time
import traceback

import certificates
import registry
import scenario_files
from cluster import Namespaces, api, NAMESPACE
from outcome import normalise, outcome_of
from runtimes import STATE, Containerd, Crio, CrioFailed
from watch import Watch

CERTIFICATES = STATE + '/certificates'
RUNTIME = {'containerd': Containerd, 'cri-o': Crio}[os.environ['NODE_RUNTIME']]
KUBELET = 'kubelet v1.36.3'


class Disturbed(Exception):
    """The machine, and not the scenario, decided: for example, it was so busy that the kubelet could not read a Secret."""


class Digests:
    """Scenarios whose blobs are the same must not share a node at the same time: it would fetch a blob once."""

    def __init__(self):
        self.held, self.change = set(), threading.Condition()

    def acquire(self, digests):
        with self.change:
            self.change.wait_for(lambda: not self.held & digests)
            self.held |= digests

    def release(self, digests):
        with self.change:
            self.held -= digests
            self.change.notify_all()


def needs_node(scenario):
    """Whether a node must have this scenario for itself."""
    return RUNTIME is Crio and bool(scenario.get('node', {}).get('files')) or has_node_credentials(scenario)


def has_node_credentials(scenario):
    node = scenario.get('node', {})
    return bool(node.get('dockerConfig') or node.get('providers'))


def prepare(script, scenario, namespaces, node):
    """Puts the images of presentImages onto the node. Returns what went wrong."""
    notes = []
    for present in scenario['node']['presentImages']:
        if present['how'] == 'preloaded':
            problem = node.preload(script.subst(present['image']))
            if problem:
                notes.append('preload: ' + problem)
        else:
            pod = script.subst_all(present['pod'])
            refused = namespaces.create(pod, node.name)
            if refused:
                raise RuntimeError(refused)
            watch = Watch(namespaces.own, pod['metadata']['name']).run()
            if not all(entry['pulled'] for entry in watch.containers.values()):
                notes.append('prepare: ' + json.dumps(watch.containers))
            namespaces.delete_pod(pod['metadata']['name'])
        for secret in present.get('thenReplace', []):
            namespaces.replace_secret(script.subst_all(secret))
    script.prep = False
    script.log.clear()
    for server in script.servers.values():
        if server.spec.get('listen') == 'closed':
            server.stop()
    return notes


def add_ephemeral(script, scenario, namespaces):
    """Adds the ephemeral containers once the pod was decided. Returns a refusal or None."""
    Watch(namespaces.own, 'p').run()
    path, status = f'{NAMESPACE}/{namespaces.own}/pods/p', 409
    # The kubelet may write the pod's status in between.
    while status == 409:
        pod = api('GET', path)[1]
        pod['spec']['ephemeralContainers'] = script.subst_all(scenario['ephemeral'])
        status, answer = api('PUT', path + '/ephemeralcontainers', pod)
    if status < 300:
        return None
    return {'rejectedByApiServer': answer.get('message'), 'object': 'Pod/p ephemeralcontainers', 'code': status}


def observe(script, scenario, namespaces, node):
    """Creates the objects, and returns the outcome."""
    notes, refused = [], None
    *others, pod = script.subst_all(scenario['objects'])
    for thing in others:
        refused = refused or namespaces.create(thing, node.name)
    if not refused and scenario.get('node', {}).get('presentImages'):
        notes = prepare(script, scenario, namespaces, node)
    refused = refused or namespaces.create(pod, node.name)
    if not refused and scenario.get('ephemeral'):
        refused = add_ephemeral(script, scenario, namespaces)
    if refused:
        return {**refused, 'rejectedByApiServer': normalise(script, refused['rejectedByApiServer'], namespaces.own)}
    watch = Watch(namespaces.own, 'p').run(want_ephemeral=bool(scenario.get('ephemeral')))
    with open(f'{node.home}/kubelet.log', errors='replace') as log:
        if any('timed out waiting for the condition' in line and namespaces.own + '/' in line for line in log):
            raise Disturbed(scenario['name'])
    outcome = outcome_of(script, namespaces.own, watch, [dict(entry) for entry in script.log])
    if notes:
        outcome['harnessNotes'] = notes
    return outcome


def play(scenario, node, tag):
    """Plays a scenario once on a node, and leaves nothing of it there."""
    script = registry.Script(scenario['registry'], CERTIFICATES)
    namespaces, hosts_folders = None, []
    own = f'o-{tag}-{scenario["name"]}'[:60].rstrip('-.')
    text = json.dumps(scenario)
    hosts = [f'{host}:{server.port}/' for server in script.servers.values() for host in ('127.0.0.1', 'localhost')]
    hosts += re.findall(r'[a-z0-9.-]+\.example\.test(?:/|:)', text) + re.findall(r'docker\.io/[a-z0-9./-]+', text)
    stored = hosts, set(script.digest.values())
    try:
        script.sym['namespace'] = own
        own_node = scenario.get('node', {})
        node.kubelet.configure(script.subst_all(own_node.get('dockerConfig')), script.subst_all(own_node.get('providers')))
        try:
            if isinstance(node, Crio):
                files = scenario.get('node', {}).get('files', {})
                node.configure({script.subst(path): text and script.subst(text) for path, text in files.items()})
            else:
                for host, text in scenario.get('node', {}).get('hosts', {}).items():
                    folder = f'{node.home}/certs.d/{script.subst(host)}'
                    os.makedirs(folder)
                    hosts_folders.append(folder)
                    with open(folder + '/hosts.toml', 'w') as file:
                        file.write(script.subst(text))
        except CrioFailed as failure:
            return {'pulled': None, 'reason': None, 'message': None, 'containers': {}, 'warnings': [], 'requests': [],
                    'runtimeFailed': normalise(script, str(failure), own)}
        if scenario.get('node', {}).get('presentImages'):
            script.prep = True
            for server in script.servers.values():
                server.listen()
        else:
            script.start()
        node.clean([], *stored)
        namespaces = Namespaces(own)
        return observe(script, scenario, namespaces, node)
    finally:
        script.stop()
        if namespaces:
            namespaces.delete()
        for folder in hosts_folders:
            shutil.rmtree(folder, ignore_errors=True)
        node.clean(namespaces.names if namespaces else [], *stored)


def compare(first, second):
    """Returns what a second playing says about a first one."""
    verdict = {'replayed': first.get('pulled') == second.get('pulled')}
    if first.get('requests') != second.get('requests'):
        verdict['unstableRequests'] = True
    return verdict


class Recorder:
    def __init__(self, options):
        self.options = options
        self.tag = format(int(time.time()) % 46656, 'x')
        self.digests, self.differences, self.done = Digests(), [], 0
        self.plays = itertools.count()

    def record(self, path, node):
        scenario = scenario_files.read(path)
        digests = {blob['digest'] for blob in scenario['registry'].get('blobs', {}).values()}
        self.digests.acquire(digests)
        try:
            outcome = self.play(scenario, node)
            if self.options.twice:
                outcome.update(compare(outcome, self.play(scenario, node)))
        except Exception:
            print('FAILED', scenario['name'], flush=True)
            traceback.print_exc()
            return
        finally:
            self.digests.release(digests)
        self.done += 1
        self.report(scenario, outcome)
        if self.options.check:
            return
        outcome['recordedFrom'] = f'{KUBELET}, {node.version}'
        scenario['outcome'] = outcome
        scenario_files.write(path, scenario)

    def play(self, scenario, node):
        """Plays a scenario until nothing disturbed it, three times at most."""
        for _ in range(2):
            try:
                return play(scenario, node, self.tag + format(next(self.plays), 'x'))
            except Disturbed:
                print('DISTURBED', scenario['name'], flush=True)
        return play(scenario, node, self.tag + format(next(self.plays), 'x'))

    def report(self, scenario, outcome):
        recorded, fields = scenario.get('outcome', {}), ('pulled', 'reason', 'message', 'rejectedByApiServer')
        differs = self.options.check and any(recorded.get(field) != outcome.get(field) for field in fields)
        if differs:
            self.differences.append(scenario['name'])
        said = outcome.get('message') or outcome.get('rejectedByApiServer') or outcome.get('runtimeFailed') or ''
        flags = [flag for flag in ('unstableRequests', 'harnessNotes', 'undecidedAfterSeconds') if flag in outcome]
        flags += ['NOT THE SAME TWICE'] if outcome.get('replayed') is False else []
        print(f'{"DIFFERS " if differs else ""}{scenario["name"]:40} {outcome.get("pulled")} {outcome.get("reason")} '
              f'{len(outcome.get("requests", []))} requests {flags} {said[:200]}', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('paths', nargs='+')
    parser.add_argument('--only', default='.', help='file names that match this expression')
    parser.add_argument('--missing', action='store_true', help='scenarios without an outcome')
    parser.add_argument('--twice', action='store_true', help='plays each scenario a second time: fills replayed')
    parser.add_argument('--check', action='store_true', help='compares with the recorded outcome; writes nothing')
    parser.add_argument('--parallel', type=int, default=5, help='scenarios at once on node1')
    options = parser.parse_args()
    certificates.make_certificates(CERTIFICATES)
    files = [file for path in options.paths
             for file in ([path] if path.endswith('.json') else sorted(glob.glob(path + '/*.json')))
             if re.search(options.only, os.path.basename(file))]
    shared, alone = queue.Queue(), queue.Queue()
    scenarios = [(file, scenario_files.read(file)) for file in files]
    # A kubelet starts again only for credentials of the node, so those come last.
    for file, scenario in sorted(scenarios, key=lambda pair: has_node_credentials(pair[1])):
        if not (options.missing and 'outcome' in scenario):
            (alone if needs_node(scenario) else shared).put(file)
    recorder = Recorder(options)

    def work(node, jobs):
        while True:
            try:
                recorder.record(jobs.get_nowait(), node)
            except queue.Empty:
                return

    nodes = [RUNTIME(f'node{i + 1}') for i in range(int(os.environ['NODE_COUNT']))]
    if not alone.empty() and len(nodes) < 2:
        sys.exit('record.py: scenarios with files or credentials of the node need up.sh --nodes 2 or more')
    workers = [threading.Thread(target=work, args=(nodes[0], shared)) for _ in range(options.parallel)]
    workers += [threading.Thread(target=work, args=(node, alone)) for node in nodes[1:]]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(recorder.done, 'scenarios', f'differences: {recorder.differences}' if options.check else '')


if __name__ == '__main__':
    main()
