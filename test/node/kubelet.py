"""The kubelet of a node, with the credentials of the node itself."""
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.request


class Kubelet:
    """Starts again with another docker config file or other credential providers: it reads both at start."""

    def __init__(self, home):
        self.home, self.given, self.lock = home, {}, threading.Lock()

    def configure(self, docker_config, providers):
        """Gives the kubelet the docker config file and the providers of a scenario, or None of each."""
        given = {key: value for key, value in (('docker', docker_config), ('providers', providers)) if value}
        with self.lock:
            if given != self.given:
                self.stop()
                self.write(docker_config, providers)
                self.start(providers)
                self.given = given

    def write(self, docker_config, providers):
        shutil.rmtree(self.home + '/providers', ignore_errors=True)
        if os.path.exists(self.home + '/kubelet/config.json'):
            os.remove(self.home + '/kubelet/config.json')
        if docker_config:
            with open(self.home + '/kubelet/config.json', 'w') as file:
                json.dump(docker_config, file)
        if providers:
            os.makedirs(self.home + '/providers/bin')
            with open(self.home + '/providers/config.yaml', 'w') as file:
                json.dump(providers['config'], file)
            for name, text in providers['executables'].items():
                with open(f'{self.home}/providers/bin/{name}', 'w') as file:
                    file.write(text)
                os.chmod(f'{self.home}/providers/bin/{name}', 0o755)

    def stop(self):
        with open(self.home + '/kubelet.pid') as file:
            pid = int(file.read())
        if os.path.exists(f'/proc/{pid}'):
            os.kill(pid, signal.SIGTERM)
        while os.path.exists(f'/proc/{pid}/ns') and '(kubelet) Z' not in open(f'/proc/{pid}/stat').read():
            time.sleep(0.05)

    def start(self, providers):
        """Raises RuntimeError if the kubelet is not healthy after a minute."""
        flags = [f'--image-credential-provider-config={self.home}/providers/config.yaml',
                 f'--image-credential-provider-bin-dir={self.home}/providers/bin'] if providers else []
        with open(self.home + '/kubelet.log', 'a') as log:
            kubelet = subprocess.Popen([self.home + '/run-kubelet', *flags], stdin=subprocess.DEVNULL,
                                       stdout=log, stderr=log, start_new_session=True)
        with open(self.home + '/kubelet.pid', 'w') as file:
            file.write(f'{kubelet.pid}\n')
        with open(self.home + '/kubelet.yaml') as file:
            port = re.search(r'healthzPort: (\d+)', file.read())[1]
        for _ in range(300):
            if kubelet.poll() is not None:
                raise RuntimeError(f'the kubelet of {self.home} ended')
            try:
                urllib.request.urlopen(f'http://127.0.0.1:{port}/healthz', timeout=2)
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f'the kubelet of {self.home} is silent')
