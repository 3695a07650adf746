"""Follows a pod until the kubelet decided about each of its images."""
import re
import time

from cluster import NAMESPACE, api

FAILED = {'ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'RegistryUnavailable',
          'ImageInspectError', 'SignatureValidationFailed'}
# The image was there, and a later step failed.
LATER = {'CreateContainerError', 'RunContainerError', 'CreateContainerConfigError', 'CrashLoopBackOff',
         'PreCreateHookError', 'StartError'}
BEGUN = {'Pulling', 'Pulled', 'Failed', 'BackOff', 'InspectFailed', 'ErrImageNeverPull'}
# Events that repeat the state of a container, or concern the stand-in containers.
ORDINARY = {'Failed', 'BackOff', 'FailedKillPod', 'Unhealthy', 'InspectFailed', 'ErrImageNeverPull',
            'DNSConfigForming', 'MissingClusterDNS', 'Preempting'}
BACK_OFF = re.compile(
    r'^Back-off pulling image ".*?": (ErrImagePull|RegistryUnavailable|SignatureValidationFailed): (.*)$', re.S)


class Watch:
    """What was seen of a pod: `containers`, their waiting reasons in `seen`, `warnings`, and whether it is `decided`."""

    def __init__(self, namespace, pod):
        self.namespace, self.pod = namespace, pod
        self.containers, self.seen, self.warnings, self.decided = {}, {}, set(), False

    def run(self, limit=45, want_ephemeral=False):
        """Polls until each container is decided, or `limit` seconds after the first sign of a pull."""
        start, begun = time.time(), None
        while True:
            events = self.poll()
            elapsed = time.time() - start
            if self.is_decided(want_ephemeral):
                self.decided = True
                break
            if begun is None and any(event['reason'] in BEGUN for event in events):
                begun = elapsed
            if elapsed > 100 or (begun is not None and elapsed - begun > limit):
                break
            time.sleep(0.4)
        for container in self.containers.values():
            back_off = BACK_OFF.match(container['message'] or '')
            if container['reason'] == 'ImagePullBackOff' and back_off:
                container['reason'], container['message'] = back_off.groups()
        return self

    def poll(self):
        """Reads the pod and its events once. Returns the events."""
        pod = api('GET', f'{NAMESPACE}/{self.namespace}/pods/{self.pod}')[1]
        events = [event for event in api('GET', f'{NAMESPACE}/{self.namespace}/events')[1].get('items', [])
                  if event['involvedObject'].get('name') == self.pod]
        spec, status = pod['spec'], pod.get('status', {})
        groups = [('init', spec.get('initContainers', []), status.get('initContainerStatuses', [])),
                  ('container', spec['containers'], status.get('containerStatuses', [])),
                  ('ephemeral', spec.get('ephemeralContainers', []), status.get('ephemeralContainerStatuses', []))]
        for kind, containers, statuses in groups:
            for container in containers:
                name = container['name']
                state = next((one for one in statuses if one['name'] == name), {}).get('state', {})
                entry = self.containers.setdefault(name, {
                    'kind': kind, 'image': container.get('image', ''), 'pulled': None, 'reason': None, 'message': None})
                for event in events:
                    if event['involvedObject'].get('fieldPath', '').endswith('{%s}' % name):
                        self.see_event(entry, event)
                self.see_state(entry, state, self.seen.setdefault(name, []))
        for event in events:
            if event['type'] == 'Warning' and event['reason'] not in ORDINARY:
                self.warnings.add((event['reason'], event['message']))
        return events

    @staticmethod
    def see_event(entry, event):
        if event['reason'] == 'Pulled':
            entry['pulled'] = True
            entry['message'] = re.sub(r' in [0-9.smµh]+ \(.*', '', event['message'])
        if event['reason'] == 'Failed' and event['message'].startswith('Failed to pull image'):
            if entry['pulled'] is None:
                entry['pulled'] = False

    @staticmethod
    def see_state(entry, state, seen):
        if ('running' in state or 'terminated' in state) and entry['pulled'] is None:
            entry['pulled'] = True
        waiting = state.get('waiting')
        if not waiting:
            return
        reason = waiting.get('reason')
        if reason not in seen:
            seen.append(reason)
        if reason in FAILED:
            if entry['pulled'] is not True:
                entry['pulled'] = False
            first = entry['reason'] in (None, 'ImagePullBackOff') or entry['message'] is None
            if entry['pulled'] is False and first:
                entry['reason'], entry['message'] = reason, waiting.get('message')
        elif reason in LATER:
            entry['pulled'] = True if entry['pulled'] is None else entry['pulled']
        elif reason not in (None, 'ContainerCreating', 'PodInitializing') and entry['pulled'] is None:
            # The kubelet puts some errors there as they are.
            entry['pulled'], entry['reason'], entry['message'] = False, reason, waiting.get('message')

    def is_decided(self, want_ephemeral):
        if want_ephemeral and not any(entry['kind'] == 'ephemeral' for entry in self.containers.values()):
            return False
        failed = {name: entry['pulled'] is False and entry['message'] for name, entry in self.containers.items()}
        if any(failed[name] for name, entry in self.containers.items() if entry['kind'] == 'init'):
            return True
        return all(entry['pulled'] is True or failed[name] for name, entry in self.containers.items())
