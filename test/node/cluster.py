"""The Kubernetes API of the node that up.sh started."""
import http.client
import json
import os
import ssl
import threading
import time

NAMESPACE = '/api/v1/namespaces'
PLURAL = {'Secret': 'secrets', 'ServiceAccount': 'serviceaccounts', 'Pod': 'pods'}
NOW = {'gracePeriodSeconds': 0, 'kind': 'DeleteOptions', 'apiVersion': 'v1'}

_context = ssl._create_unverified_context()
_local = threading.local()


def api(method, path, body=None, content_type='application/json'):
    """Returns status and JSON of a request to the API server. Tries four times; raises what the last one raised."""
    host, _, port = os.environ['APISERVER'].partition('://')[2].partition(':')
    data = None if body is None else json.dumps(body)
    for attempt in range(4):
        try:
            if getattr(_local, 'connection', None) is None:
                _local.connection = http.client.HTTPSConnection(host, int(port), context=_context, timeout=30)
            headers = {'Authorization': 'Bearer admin-token', 'Content-Type': content_type}
            _local.connection.request(method, path, data, headers)
            answer = _local.connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text or b'{}')
        except Exception:
            _local.connection = None
            if attempt == 3:
                raise
            time.sleep(1)


class Namespaces:
    """The namespaces of one scenario. The first one is its own."""

    def __init__(self, own):
        self.own = own
        self.names = []
        self.add(own)

    def add(self, name):
        """Creates a namespace, and waits for its default ServiceAccount."""
        if name in self.names:
            return
        self.names.append(name)
        api('POST', NAMESPACE, {'metadata': {'name': name}})
        for _ in range(100):
            if api('GET', f'{NAMESPACE}/{name}/serviceaccounts/default')[0] == 200:
                return
            time.sleep(0.2)
        raise RuntimeError(f'no default ServiceAccount in {name}')

    def create(self, thing, node):
        """Creates an object. Returns its refusal as part of an outcome, or None."""
        kind, name = thing['kind'], thing['metadata']['name']
        namespace = thing['metadata'].get('namespace', self.own)
        self.add(namespace)
        folder = f'{NAMESPACE}/{namespace}/{PLURAL[kind]}'
        if kind == 'Pod':
            thing['spec'].setdefault('nodeName', node)
        if (kind, name) == ('ServiceAccount', 'default'):
            patch = {key: value for key, value in thing.items() if key not in ('kind', 'apiVersion', 'metadata')}
            status, answer = api('PATCH', f'{folder}/default', patch, 'application/merge-patch+json')
        else:
            status, answer = api('POST', folder, thing)
        if status < 300:
            return None
        return {'rejectedByApiServer': answer.get('message'), 'object': f'{kind}/{name}', 'code': status}

    def replace_secret(self, secret):
        name = secret['metadata']['name']
        api('PUT', f'{NAMESPACE}/{self.own}/secrets/{name}', secret)

    def delete_pod(self, name, namespace=None):
        api('DELETE', f'{NAMESPACE}/{namespace or self.own}/pods/{name}', NOW)

    def delete(self):
        """Deletes every pod at once, and the namespaces in the background."""
        for namespace in self.names:
            for pod in api('GET', f'{NAMESPACE}/{namespace}/pods')[1].get('items', []):
                self.delete_pod(pod['metadata']['name'], namespace)
            api('DELETE', f'{NAMESPACE}/{namespace}')
