#!/usr/bin/env python3
"""Interpreter of a registry script (see FORMAT.md).

  registry.py SCENARIO.json      serve the script of one scenario on fresh loopback ports until stdin closes;
                                 prints the symbol table, then one JSON line per request.
"""
import base64, datetime, hashlib, json, os, re, socket, socketserver, ssl, struct, sys, tempfile, threading, time, urllib.parse
from http.server import BaseHTTPRequestHandler

# ---------------------------------------------------------------- certificates
def make_certs(d):
    from cryptography import x509
    from cryptography.x509.oid import NameOID
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    import ipaddress
    os.makedirs(d, exist_ok=True)
    if os.path.exists(d + '/done'): return
    now = datetime.datetime.now(datetime.timezone.utc)
    def name(cn): return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, cn)])
    def save(n, key, certs):
        open(f'{d}/{n}.pem', 'wb').write(b''.join(c.public_bytes(serialization.Encoding.PEM) for c in certs) + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    def cert(cn, key, issuer, ikey, sans, start, end, ca=False):
        b = x509.CertificateBuilder().subject_name(name(cn)).issuer_name(issuer).public_key(key.public_key()).serial_number(x509.random_serial_number()).not_valid_before(now + start).not_valid_after(now + end).add_extension(x509.BasicConstraints(ca, None), True)
        if sans: b = b.add_extension(x509.SubjectAlternativeName(sans), False)
        return b.sign(ikey, hashes.SHA256())
    D = lambda n: datetime.timedelta(days=n)
    local = [x509.DNSName('localhost'), x509.IPAddress(ipaddress.ip_address('127.0.0.1'))]
    ck = ec.generate_private_key(ec.SECP256R1()); cc = cert('Scripted Test CA', ck, name('Scripted Test CA'), ck, None, D(-30), D(3650), True)
    open(f'{d}/ca.pem', 'wb').write(cc.public_bytes(serialization.Encoding.PEM))
    for n, sans, s, e in [('trusted', local, D(-1), D(3650)), ('expired', local, D(-20), datetime.timedelta(hours=-1)), ('wrong-host', [x509.DNSName('other.example.test')], D(-1), D(3650))]:
        k = ec.generate_private_key(ec.SECP256R1()); save(n, k, [cert(n, k, cc.subject, ck, sans, s, e)])
    k = ec.generate_private_key(ec.SECP256R1()); save('self-signed', k, [cert('self', k, name('self'), k, local, D(-1), D(3650))])
    open(d + '/done', 'w').close()

# ---------------------------------------------------------------- blobs
def blob_bytes(b):
    if 'base64' in b: return base64.b64decode(b['base64'])
    t = b['text']
    if 'repeat' in b: t = t.replace(b['repeat']['token'], b['repeat']['char'] * b['repeat']['count'])
    return t.encode()

def glob_match(pats, repo):
    for p in pats:
        if p == '*' or p == repo or (p.endswith('/*') and repo.startswith(p[:-1])): return True
    return False

class Conn(Exception): pass

class Server:
    """one listening socket of a script"""
    def __init__(self, script, name, spec):
        self.script, self.name, self.spec = script, name, spec
        self.sock = socket.socket(); self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind(('127.0.0.1', 0)); self.port = self.sock.getsockname()[1]
        self.hits = {}; self.lock = threading.Lock(); self.listening = False; self.httpd = None
    def listen(self):
        if self.listening: return
        outer = self
        class H(Handler): server_obj = outer
        class S(socketserver.ThreadingTCPServer):
            daemon_threads = True; allow_reuse_address = True; request_queue_size = 64
            def handle_error(self, r, a): pass
            def finish_request(self, request, addr): outer.accept(request, addr, H)
        self.httpd = S(('127.0.0.1', 0), H, bind_and_activate=False)
        self.httpd.socket.close(); self.httpd.socket = self.sock; self.httpd.server_address = self.sock.getsockname()
        self.sock.listen(64); self.listening = True
        threading.Thread(target=self.httpd.serve_forever, kwargs={'poll_interval': 0.2}, daemon=True).start()
    def start(self):
        if self.spec.get('listen', 'http') != 'closed': self.listen()
    def stop(self):
        if self.httpd: self.httpd.shutdown()
        self.sock.close()
    def accept(self, c, addr, H):
        c.settimeout(180)
        mode = 'http' if self.script.prep else self.spec.get('listen', 'http')
        if mode == 'reset':
            self.script.record(self.name, '(connection)', '', None, None, 'reset')
            try: c.recv(1)
            except OSError: pass
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); c.close(); return
        if mode == 'silent':
            self.script.record(self.name, '(connection)', '', None, None, 'silent')
            self.script.stopped.wait(170); return
        try: first = c.recv(1, socket.MSG_PEEK)
        except OSError: return
        if not first: return
        if mode == 'http' and first == b'\x16':
            self.script.record(self.name, '(TLS hello on plain http)', '', None, None, 400)
            c.sendall(b'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request'); return
        if mode == 'https':
            if first != b'\x16':
                try:
                    d = c.recv(4096).split(b'\r\n')[0].decode('latin1').split(' ')
                except OSError: return
                self.script.record(self.name, d[0], d[1] if len(d) > 1 else '', None, None, 400)
                c.sendall(b'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n'); return
            ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); ctx.load_cert_chain(f"{self.script.certdir}/{self.spec.get('certificate', 'trusted')}.pem")
            try: c = ctx.wrap_socket(c, server_side=True)
            except (ssl.SSLError, OSError) as e:
                self.script.record(self.name, '(TLS handshake failed)', '', None, None, None); return
        H(c, addr, self.httpd)

class Script:
    """one registry script: servers + blobs + request log"""
    def __init__(self, reg, certdir, extra=None):
        self.reg, self.certdir = reg, certdir
        self.log = []; self.lock = threading.Lock(); self.prep = False; self.stopped = threading.Event(); self.on_request = None
        self.servers = {n: Server(self, n, s) for n, s in reg.get('servers', {}).items()}
        self.sym = {'ca': certdir + '/ca.pem', 'ca.pem': open(certdir + '/ca.pem').read()}
        for n, s in self.servers.items(): self.sym[n] = f'127.0.0.1:{s.port}'; self.sym[n + '.port'] = str(s.port)
        self.sym.update(extra or {})
        self.blobs = {n: blob_bytes(b) for n, b in reg.get('blobs', {}).items()}
        self.digest = {n: 'sha256:' + hashlib.sha256(b).hexdigest() for n, b in self.blobs.items()}
    def subst(self, t):
        return re.sub(r'\{\{([a-z0-9.-]+)\}\}', lambda m: self.sym.get(m[1], m[0]), t)
    def subst_all(self, o):
        return json.loads(self.subst(json.dumps(o)))
    def symbolise(self, t):
        for n, s in self.servers.items():
            t = t.replace(f'127.0.0.1:{s.port}', '{{%s}}' % n).replace(f':{s.port}', ':{{%s.port}}' % n)
        return t.replace(self.sym['ca'], '{{ca}}')
    def start(self): [s.start() for s in self.servers.values()]
    def stop(self):
        self.stopped.set()
        for s in self.servers.values(): s.stop()
    def record(self, server, method, path, authz, accept, status):
        e = {'server': server, 'method': method, 'path': path, 'authorization': authz, 'accept': accept, 'status': status}
        with self.lock: self.log.append(e)
        if self.on_request: self.on_request(e)
        return e

class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'; timeout = 180
    def log_message(self, *a): pass
    def version_string(self): return 'scripted'
    def __getattr__(self, n):
        if n.startswith('do_'): return self.serve
        raise AttributeError(n)
    # -- who is asking
    def basic(self):
        a = self.headers.get('Authorization', '')
        if a.lower().startswith('basic '):
            try: u, _, p = base64.b64decode(a[6:]).decode().partition(':'); return u, p
            except Exception: return '?', ''
        return None
    def authz_label(self, form):
        a = self.headers.get('Authorization')
        if a is None: return ('form ' + form.get('username', '')) if form and ('username' in form or 'refresh_token' in form) else None
        if self.basic(): return 'Basic ' + self.basic()[0]
        if a.lower().startswith('bearer '): return 'Bearer ' + (self.token_user(a[7:]) or 'anonymous')
        return a.split(' ')[0]
    @staticmethod
    def token_user(t):
        try: return json.loads(base64.urlsafe_b64decode(t.split('.')[1] + '=='))['sub']
        except Exception: return '?'
    def chunks(self):
        """the body of a request without Content-Length"""
        body = b''
        while self.headers.get('Transfer-Encoding', '').lower() == 'chunked':
            size = int(self.rfile.readline().split(b';')[0], 16)
            body += self.rfile.read(size); self.rfile.readline()
            if not size: break
        return body
    def accept(self):
        """containers/image sends one header line for each media type"""
        lines = self.headers.get_all('Accept')
        return ', '.join(lines) if lines else None
    # -- replies
    def reply(self, status, headers=None, body=b'', opts=None):
        opts = opts or {}; S = self.server_obj.script
        headers = dict(headers or {}); headers.update(opts.get('setHeaders', {}))
        headers = {k: S.subst(v) for k, v in headers.items() if k.lower() not in [x.lower() for x in opts.get('omitHeaders', [])]}
        if 'truncate' in opts: body = body[:opts['truncate']]
        if opts.get('flip') and body: body = body[:-1] + bytes([body[-1] ^ 1])
        self.entry['status'] = status
        self.send_response(status)
        for k, v in headers.items(): self.send_header(k, v)
        low = [k.lower() for k in headers]
        if 'content-length' not in low and 'content-length' not in [x.lower() for x in opts.get('omitHeaders', [])]: self.send_header('Content-Length', str(opts.get('declareLength', len(body))))
        if opts.get('closeAfter') or 'declareLength' in opts: self.send_header('Connection', 'close'); self.close_connection = True
        self.end_headers()
        if self.command != 'HEAD': self.wfile.write(body)
    def error(self, d):
        S = self.server_obj.script; b = d.get('body', '')
        raw = (b if isinstance(b, str) else json.dumps(b))
        h = {'Content-Type': 'application/json' if not isinstance(b, str) else 'text/plain; charset=utf-8'}; h.update(d.get('headers', {}))
        self.reply(d['status'], h, S.subst(raw).encode(), d)
    # -- main
    def serve(self):
        srv = self.server_obj; S = srv.script; spec = srv.spec
        u = urllib.parse.urlsplit(self.path); path = u.path; q = dict(urllib.parse.parse_qsl(u.query, keep_blank_values=True))
        form = {}
        n = int(self.headers.get('Content-Length') or 0)
        sent = self.rfile.read(n) if n else self.chunks()
        if sent: form = dict(urllib.parse.parse_qsl(sent.decode('latin1')))
        self.entry = S.record(srv.name, self.command, self.path, self.authz_label(form), self.accept(), None)
        try:
            if S.prep: return self.content(path, None)
            for i, r in enumerate(spec.get('rules', [])):
                if r.get('after'): continue
                if self.rule(i, r, path, form): return
            t = spec.get('token')
            if t and path == t.get('path', '/token'): return self.token(t, q, form)
            who = self.authorize(path)
            if who is False: return
            for i, r in enumerate(spec.get('rules', [])):
                if r.get('after') != 'auth': continue
                if self.rule(i, r, path, form): return
            self.content(path, who)
        except Conn: pass
    def rule(self, i, r, path, form):
        m = r.get('match', {})
        if 'method' in m and self.command != m['method']: return False
        if 'path' in m and not re.search(m['path'], self.path): return False
        if 'authorized' in m and m['authorized'] != (self.headers.get('Authorization') is not None): return False
        with self.server_obj.lock:
            k = self.server_obj.hits.get(i, 0)
            if 'times' in r and k >= r['times']: return False
            self.server_obj.hits[i] = k + 1
        d = r['do']; S = self.server_obj.script
        if d.get('delaySeconds'): S.stopped.wait(d['delaySeconds'])
        if d.get('hang'): self.entry['status'] = 'hang'; S.stopped.wait(170); self.close_connection = True; return True
        if d.get('reset'):
            self.entry['status'] = 'reset'; c = self.connection
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); self.close_connection = True; c.close(); raise Conn()
        if d.get('serve'):        # serve the content, altered
            self.content(path, None, d); return True
        self.error(d); return True
    # -- authorisation of a /v2/ request
    def challenge(self, a, repo, err=None):
        if 'challenge' in a: return a['challenge']
        if a['scheme'] == 'basic': return 'Basic realm="registry"'
        p = [f'realm="{a.get("realm", "http://{{%s}}/token" % self.server_obj.name)}"']
        if a.get('service', 'scripted'): p.append(f'service="{a.get("service", "scripted")}"')
        if repo and a.get('scope', True): p.append(f'scope="repository:{repo}:pull"')
        if err: p.append(f'error="{err}"')
        return 'Bearer ' + ','.join(p)
    def authorize(self, path):
        a = self.server_obj.spec.get('auth') or {'scheme': 'none'}
        if a['scheme'] == 'none': return None
        m = re.match(r'^/v2/(.+)/(?:manifests|blobs)/[^/]+$', path); repo = m[1] if m else None
        who = None; valid = False
        if a['scheme'] == 'basic':
            b = self.basic()
            if b and a.get('users', {}).get(b[0], {}).get('password') == b[1]: who, valid = b[0], True
            elif not b and repo and glob_match(a.get('anonymous', []), repo): return 'anonymous'
        else:
            h = self.headers.get('Authorization', '')
            if h.lower().startswith('bearer '):
                t = self.token_user(h[7:])
                if t != '?': who, valid = t, True
            elif self.basic() and a.get('acceptBasic'):
                b = self.basic()
                if a.get('users', {}).get(b[0], {}).get('password') == b[1]: who, valid = b[0], True
        if valid:
            allowed = a.get('anonymous', []) if not who else a['users'].get(who, {}).get('repositories', ['*'])
            if repo is None or glob_match(allowed, repo): return who or 'anonymous'
            d = dict(a.get('denied', {'status': 401, 'body': {'errors': [{'code': 'DENIED', 'message': 'requested access to the resource is denied'}]}}))
            if d['status'] == 401: d['headers'] = {'Www-Authenticate': self.challenge(a, repo, 'insufficient_scope'), **d.get('headers', {})}
            self.error(d); return False
        d = dict(a.get('unauthorized', {'status': 401, 'body': {'errors': [{'code': 'UNAUTHORIZED', 'message': 'authentication required'}]}}))
        if d['status'] == 401: d['headers'] = {'Www-Authenticate': self.challenge(a, repo), **d.get('headers', {})}
        self.error(d); return False
    def token(self, t, q, form):
        if self.command == 'POST' and 'POST' not in t.get('methods', ['GET']): return self.error({'status': t.get('postStatus', 405), 'body': ''})
        b = self.basic() or ((form['username'], form.get('password', '')) if 'username' in form else None)
        if b:
            u = t.get('users', {}).get(b[0])
            if not u or u.get('password') != b[1]: return self.error(t.get('failure', {'status': 401, 'body': {'errors': [{'code': 'UNAUTHORIZED', 'message': 'incorrect username or password'}]}}))
            sub = b[0]
        else:
            if not t.get('anonymous', True): return self.error(t.get('failure', {'status': 401, 'body': {'errors': [{'code': 'UNAUTHORIZED', 'message': 'authentication required'}]}}))
            sub = ''
        tok = 't.' + base64.urlsafe_b64encode(json.dumps({'sub': sub}).encode()).decode().rstrip('=') + '.s'
        out = {}
        f = t.get('field', 'token')
        if f in ('token', 'both'): out['token'] = tok
        if f in ('access_token', 'both'): out['access_token'] = tok
        if 'expiresIn' in t: out['expires_in'] = t['expiresIn']
        self.reply(200, {'Content-Type': 'application/json'}, json.dumps(out).encode())
    # -- content
    def content(self, path, who, opts=None):
        srv = self.server_obj; S = srv.script; spec = srv.spec
        pre = spec.get('prefix', '/v2')
        def err(status, code, msg): return self.error({'status': status, 'body': {'errors': [{'code': code, 'message': msg}]}, **{k: v for k, v in (opts or {}).items() if k in ('setHeaders', 'omitHeaders')}})
        if path.rstrip('/') == pre: return self.reply(200, {'Content-Type': 'application/json', 'Docker-Distribution-Api-Version': 'registry/2.0'}, b'{}', opts)
        m = re.match('^' + re.escape(pre) + r'/(.+)/(manifests|blobs)/([^/]+)$', path)
        if not m: return err(404, 'NOT_FOUND', 'no such route')
        if self.command not in ('GET', 'HEAD'): return err(405, 'UNSUPPORTED', 'method not allowed')
        r = spec.get('repositories', {}).get(m[1])
        if r is None: return err(404, 'NAME_UNKNOWN', 'repository name not known to registry')
        ref = urllib.parse.unquote(m[3])
        if m[2] == 'manifests':
            e = r.get('tags', {}).get(ref)
            if e is None:
                for n, mt in r.get('manifests', {}).items():
                    if S.digest[n] == ref: e = n
            if e is None: return err(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
            body = S.blobs[e]; h = {'Content-Type': r['manifests'][e], 'Docker-Content-Digest': S.digest[e]}
            return self.reply(200, h, body, opts)
        for n in r.get('blobs', []):
            if S.digest[n] == ref: return self.reply(200, {'Content-Type': 'application/octet-stream', 'Docker-Content-Digest': ref}, S.blobs[n], opts)
        err(404, 'BLOB_UNKNOWN', 'blob unknown to registry')

if __name__ == '__main__':
    d = tempfile.gettempdir() + '/scripted-registry-certs'; make_certs(d)
    s = Script(json.load(open(sys.argv[1]))['registry'], d); s.on_request = lambda e: print(json.dumps(e), flush=True)
    s.start(); print(json.dumps(s.sym), flush=True); sys.stdin.read(); s.stop()
