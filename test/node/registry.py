"""Plays the registry script of a scenario on loopback. test/scenarios/README.md and test/support/scripted-registry
say what a script means; this is the same for the recorder."""
import base64
import hashlib
import json
import re
import socket
import socketserver
import ssl
import struct
import threading

from answers import Answers

RESET = struct.pack('ii', 1, 0)
PLAIN_TO_TLS = b'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n'
TLS_TO_PLAIN = (b'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n'
                b'400 Bad Request')
# A client that waits is let go after this time, in seconds.
PATIENCE = 170
SYMBOL = re.compile(r'\{\{([a-z0-9.-]+)\}\}')


def bytes_of(blob):
    """Returns the bytes of a blob of a script."""
    if 'base64' in blob:
        return base64.b64decode(blob['base64'])
    text = blob['text']
    if 'repeat' in blob:
        repeat = blob['repeat']
        text = text.replace(repeat['token'], repeat['char'] * repeat['count'])
    return text.encode()


class Script:
    """The servers and blobs of one script, the symbols for their addresses, and the log of their requests."""

    def __init__(self, registry, certificates):
        self.certificates = certificates
        self.log, self.lock = [], threading.Lock()
        # While on, every server is an open HTTP server without rules.
        self.prep = False
        self.stopped = threading.Event()
        self.servers = {name: Server(self, name, spec) for name, spec in registry.get('servers', {}).items()}
        with open(certificates + '/ca.pem') as file:
            self.sym = {'ca': certificates + '/ca.pem', 'ca.pem': file.read()}
        for name, server in self.servers.items():
            self.sym[name] = f'127.0.0.1:{server.port}'
            self.sym[name + '.port'] = str(server.port)
        self.blobs = {name: bytes_of(blob) for name, blob in registry.get('blobs', {}).items()}
        self.digest = {name: 'sha256:' + hashlib.sha256(content).hexdigest() for name, content in self.blobs.items()}

    def subst(self, text):
        """Replaces the symbols in a text."""
        return SYMBOL.sub(lambda match: self.sym.get(match[1], match[0]), text)

    def subst_all(self, value):
        """Replaces the symbols in all texts of a JSON value."""
        return json.loads(self.subst(json.dumps(value)))

    def symbolise(self, text):
        """Puts the symbols back into a text."""
        for name, server in self.servers.items():
            text = text.replace(f'127.0.0.1:{server.port}', '{{%s}}' % name)
            text = text.replace(f':{server.port}', ':{{%s.port}}' % name)
        return text.replace(self.sym['ca'], '{{ca}}')

    def start(self):
        for server in self.servers.values():
            if server.spec.get('listen') != 'closed':
                server.listen()

    def stop(self):
        self.stopped.set()
        for server in self.servers.values():
            server.stop()

    def record(self, server, method, path, authorization, accept, status):
        """Adds a request to the log, and returns its entry: the status may become known later."""
        entry = {'server': server, 'method': method, 'path': path, 'authorization': authorization, 'accept': accept,
                 'status': status}
        with self.lock:
            self.log.append(entry)
        return entry


class Server:
    """One server of a script. It has its port from the start, and listens when it is told to."""

    def __init__(self, script, name, spec):
        self.script, self.name, self.spec = script, name, spec
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind(('127.0.0.1', 0))
        self.port = self.sock.getsockname()[1]
        # Requests that each rule matched, by its index.
        self.hits, self.lock = {}, threading.Lock()
        self.server = None

    def listen(self):
        if self.server:
            return
        owner = self

        class Connection(Answers):
            server_obj = owner

        class Listener(socketserver.ThreadingTCPServer):
            daemon_threads = True

            def handle_error(self, request, address):
                pass

            def finish_request(self, request, address):
                owner.accept(request, address, Connection)

        self.server = Listener(('127.0.0.1', 0), Connection, bind_and_activate=False)
        self.server.socket.close()
        self.server.socket = self.sock
        self.server.server_address = self.sock.getsockname()
        self.sock.listen(64)
        threading.Thread(target=self.server.serve_forever, kwargs={'poll_interval': 0.2}, daemon=True).start()

    def stop(self):
        if self.server:
            self.server.shutdown()
        self.sock.close()

    def accept(self, connection, address, answers):
        """Handles a connection as `listen` says; an HTTP request goes to `answers`."""
        connection.settimeout(PATIENCE + 10)
        mode = 'http' if self.script.prep else self.spec.get('listen', 'http')
        if mode == 'reset':
            self.note('(connection)', 'reset')
            self.first_byte(connection)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            connection.close()
            return
        if mode == 'silent':
            self.note('(connection)', 'silent')
            self.script.stopped.wait(PATIENCE)
            return
        first = self.first_byte(connection, socket.MSG_PEEK)
        if not first:
            return
        is_tls = first == b'\x16'
        if mode == 'http' and is_tls:
            self.note('(TLS hello on plain http)', 400)
            connection.sendall(TLS_TO_PLAIN)
            return
        if mode == 'https' and not is_tls:
            self.refuse_plain(connection)
            return
        if mode == 'https':
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f'{self.script.certificates}/{self.spec.get("certificate", "trusted")}.pem')
            try:
                connection = context.wrap_socket(connection, server_side=True)
            except OSError:
                self.note('(TLS handshake failed)', None)
                return
        answers(connection, address, self.server)

    def refuse_plain(self, connection):
        try:
            method, path, *_ = [*connection.recv(4096).split(b'\r\n')[0].decode('latin1').split(' '), '']
        except OSError:
            return
        self.note(method, 400, path)
        connection.sendall(PLAIN_TO_TLS)

    def note(self, method, status, path=''):
        self.script.record(self.name, method, path, None, None, status)

    @staticmethod
    def first_byte(connection, flags=0):
        try:
            return connection.recv(1, flags)
        except OSError:
            return b''
