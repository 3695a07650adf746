"""The container runtimes of the nodes that up.sh started: their files, and what is stored in them."""
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time

from kubelet import Kubelet

STATE = os.environ['NODE_STATE']
DEFAULT_POLICY = '{"default": [{"type": "insecureAcceptAnything"}]}'


def run(*command, timeout=60):
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout)


class Containerd:
    """A node with containerd. Its hosts.toml files are read for each pull."""
    version = 'containerd 2.4.2'

    def __init__(self, name):
        self.name, self.home, self.kubelet = name, f'{STATE}/{name}', Kubelet(f'{STATE}/{name}')

    def ctr(self, *arguments):
        binary = os.environ['NODE_BINARIES'] + '/ctr'
        return run(binary, '-a', f'{self.home}/runtime.sock', '-n', 'k8s.io', *arguments)

    def preload(self, image):
        result = self.ctr('images', 'pull', '--plain-http', '--snapshotter', 'native', image)
        return result.stderr[-300:] if result.returncode else None

    def clean(self, namespaces, hosts, digests):
        stored = self.ctr('images', 'ls', '-q').stdout.split()
        ours = [name for name in stored if name in digests or name.startswith(tuple(hosts))]
        if ours:
            self.ctr('images', 'rm', '--sync', *ours)


class CrioFailed(Exception):
    """CRI-O did not start with the files of a scenario: its last words."""


class Crio:
    """A node with CRI-O, which runs in a mount namespace where NODE/etc is /etc/containers."""
    version = 'CRI-O 1.34.0'

    def __init__(self, name):
        self.name, self.home, self.kubelet = name, f'{STATE}/{name}', Kubelet(f'{STATE}/{name}')
        self.files, self.lock = None, threading.Lock()

    def configure(self, files):
        """Gives CRI-O exactly these files below /etc/containers; text None is: no such file.

        CRI-O reads policy.json, auth.json and certs.d for each pull, but registries.conf and registries.conf.d once,
        at start or at SIGHUP. It keeps the old ones if the new ones are bad, so then only a restart shows what they
        do. Raises CrioFailed if CRI-O does not start.
        """
        files = {path: text for path, text in {'policy.json': DEFAULT_POLICY, **files}.items() if text is not None}
        with self.lock:
            if files != self.files:
                self.write_files(files)
                self.files = files

    def write_files(self, files):
        self.files = None
        for entry in os.scandir(self.home + '/etc'):
            shutil.rmtree(entry.path) if entry.is_dir() else os.remove(entry.path)
        os.makedirs(self.home + '/etc/registries.conf.d')
        for path, text in files.items():
            target = f'{self.home}/etc/{path}'
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, 'w') as file:
                file.write(text)
        if not self.reload():
            self.restart()

    def log_size(self):
        return os.path.getsize(self.home + '/crio.log')

    def log_since(self, size):
        with open(self.home + '/crio.log', errors='replace') as file:
            file.seek(size)
            return file.read()

    def pid(self):
        with open(self.home + '/crio.pid') as file:
            return int(file.read())

    def is_running(self):
        return os.path.exists(f'/proc/{self.pid()}/ns')

    def reload(self):
        """True if CRI-O took the new registries.conf."""
        if not self.is_running():
            return False
        size = self.log_size()
        os.kill(self.pid(), signal.SIGHUP)
        for _ in range(100):
            log = self.log_since(size)
            if 'registries reload failed' in log or 'reload failed' in log:
                return False
            if 'Applied new registry configuration' in log:
                return True
            time.sleep(0.05)
        return False

    def restart(self):
        if self.is_running():
            os.kill(self.pid(), signal.SIGTERM)
            for _ in range(200):
                if not self.is_running():
                    break
                time.sleep(0.05)
        size = self.log_size()
        with open(self.home + '/crio.log', 'a') as log:
            crio = subprocess.Popen(['unshare', '--mount', '--propagation', 'slave', self.home + '/run-crio'],
                                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        with open(self.home + '/crio.pid', 'w') as file:
            file.write(f'{crio.pid}\n')
        for _ in range(200):
            if crio.poll() is not None:
                fatal = re.findall(r'level=fatal msg=("(?:[^"\\]|\\.)*")', self.log_since(size))
                raise CrioFailed(json.loads(fatal[-1]) if fatal else self.log_since(size)[-500:])
            if self.crictl('version').returncode == 0:
                # The kubelet asks again a few times before it sees the runtime.
                return
            time.sleep(0.1)
        raise RuntimeError('CRI-O is silent')

    def crictl(self, *arguments):
        binary = os.environ['CRIO_BINARIES'] + '/crictl'
        return run(binary, '--config', '/dev/null', '--runtime-endpoint', f'unix://{self.home}/runtime.sock', *arguments)

    def preload(self, image):
        """Puts an image into CRI-O's storage without CRI-O, as `skopeo copy` or `podman load` on a node does."""
        storage = '[vfs@/var/lib/containers/storage+/run/containers/storage]'
        result = run('nsenter', '-m', '-t', str(self.pid()), 'skopeo', '--registries-conf', '/dev/null', 'copy', '--quiet', '--insecure-policy',
                     '--src-tls-verify=false', f'docker://{image}', f'containers-storage:{storage}{image}')
        return result.stderr[-300:] if result.returncode else None

    def clean(self, namespaces, hosts, digests):
        """Removes the pods of these namespaces, and each image from one of the hosts or with one of the digests.

        The kubelet may start a container again until it knows that its pod is gone, so this may take some rounds.
        """
        for _ in range(20):
            if not self.is_running():
                return
            for namespace in namespaces:
                pods = self.crictl('pods', '-q', '--label', f'io.kubernetes.pod.namespace={namespace}').stdout.split()
                if pods:
                    self.crictl('rmp', '-f', *pods)
            ours = self.images(hosts, digests)
            if not ours:
                return
            self.crictl('rmi', *ours)
        raise RuntimeError(f'images stay on {self.name}: {ours}')

    def images(self, hosts, digests):
        """Returns the IDs and names of the images from one of the hosts or with one of the digests.

        CRI-O removes an artifact by its name only.
        """
        listed = json.loads(self.crictl('images', '-o', 'json').stdout or '{}').get('images', [])
        ours = []
        for image in listed:
            names = image.get('repoTags', []) + image.get('repoDigests', [])
            if any(name.startswith(tuple(hosts)) or name.partition('@')[2] in digests for name in names):
                ours += [*names, image['id']]
        return ours
