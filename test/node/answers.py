"""How a server of a registry script answers: rules, token endpoint, authorization, content."""
import base64
import json
import re
import socket
import struct
import urllib.parse
from http.server import BaseHTTPRequestHandler

CONTENT = re.compile(r'^/v2/(.+)/(?:manifests|blobs)/[^/]+$')
DENIED = {'status': 401, 'body': {'errors': [{'code': 'DENIED', 'message': 'requested access to the resource is denied'}]}}
UNAUTHORIZED = {'status': 401, 'body': {'errors': [{'code': 'UNAUTHORIZED', 'message': 'authentication required'}]}}
WRONG_LOGIN = {'status': 401, 'body': {'errors': [{'code': 'UNAUTHORIZED', 'message': 'incorrect username or password'}]}}


class Gone(Exception):
    """The connection was reset."""


def matches(patterns, repository):
    """`*`, an exact repository, or `prefix/*`."""
    return any(pattern in ('*', repository) or (pattern.endswith('/*') and repository.startswith(pattern[:-1]))
               for pattern in patterns)


def user_of_token(token):
    """Returns the user of a token that a script issued: empty for an anonymous one, `?` for any other token."""
    try:
        return json.loads(base64.urlsafe_b64decode(token.split('.')[1] + '=='))['sub']
    except Exception:
        return '?'


class Answers(BaseHTTPRequestHandler):
    """Handles the requests of one connection. `server_obj` is the Server."""
    protocol_version = 'HTTP/1.1'
    timeout = 180

    def log_message(self, *arguments):
        pass

    def version_string(self):
        return 'scripted'

    def __getattr__(self, name):
        if name.startswith('do_'):
            return self.serve
        raise AttributeError(name)

    def serve(self):
        """Answers with the first that applies: a rule, the token endpoint, a refusal, a late rule, the content."""
        server = self.server_obj
        script, spec = server.script, server.spec
        path = urllib.parse.urlsplit(self.path).path
        form = dict(urllib.parse.parse_qsl(self.body().decode('latin1')))
        accept = ', '.join(self.headers.get_all('Accept') or []) or None
        self.entry = script.record(server.name, self.command, self.path, self.said_who(form), accept, None)
        rules = list(enumerate(spec.get('rules', [])))
        token = spec.get('token')
        try:
            if script.prep:
                return self.content(path)
            if any(self.play(index, rule, path) for index, rule in rules if not rule.get('after')):
                return None
            if token and path == token.get('path', '/token'):
                return self.token(token, form)
            if not self.is_authorized(path):
                return None
            if any(self.play(index, rule, path) for index, rule in rules if rule.get('after') == 'auth'):
                return None
            return self.content(path)
        except Gone:
            return None

    # Who asks.

    def body(self):
        length = int(self.headers.get('Content-Length') or 0)
        if length:
            return self.rfile.read(length)
        body = b''
        while self.headers.get('Transfer-Encoding', '').lower() == 'chunked':
            size = int(self.rfile.readline().split(b';')[0], 16)
            body += self.rfile.read(size)
            self.rfile.readline()
            if not size:
                break
        return body

    def basic(self):
        """Returns user and password of a Basic header, or None."""
        header = self.headers.get('Authorization', '')
        if not header.lower().startswith('basic '):
            return None
        try:
            user, _, password = base64.b64decode(header[6:]).decode().partition(':')
            return user, password
        except ValueError:
            return '?', ''

    def said_who(self, form):
        """Returns the word for the credentials of the request in the log."""
        header = self.headers.get('Authorization')
        if header is None:
            return 'form ' + form.get('username', '') if {'username', 'refresh_token'} & set(form) else None
        if self.basic():
            return 'Basic ' + self.basic()[0]
        if header.lower().startswith('bearer '):
            return 'Bearer ' + (user_of_token(header[7:]) or 'anonymous')
        return header.split(' ')[0]

    # Rules.

    def play(self, index, rule, path):
        """Answers by a rule. Returns whether the rule applied."""
        match, do, script = rule.get('match', {}), rule['do'], self.server_obj.script
        if 'method' in match and self.command != match['method']:
            return False
        if 'path' in match and not re.search(match['path'], self.path):
            return False
        if 'authorized' in match and match['authorized'] != (self.headers.get('Authorization') is not None):
            return False
        with self.server_obj.lock:
            hits = self.server_obj.hits.get(index, 0)
            if 'times' in rule and hits >= rule['times']:
                return False
            self.server_obj.hits[index] = hits + 1
        if do.get('delaySeconds'):
            script.stopped.wait(do['delaySeconds'])
        if do.get('hang'):
            self.entry['status'] = 'hang'
            script.stopped.wait(170)
            self.close_connection = True
        elif do.get('reset'):
            self.entry['status'] = 'reset'
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            self.close_connection = True
            self.connection.close()
            raise Gone()
        elif do.get('serve'):
            self.content(path, do)
        else:
            self.refuse(do)
        return True

    # Authorization.

    def is_authorized(self, path):
        """Whether the request may see the content. If not, it was answered."""
        auth = self.server_obj.spec.get('auth') or {'scheme': 'none'}
        if auth['scheme'] == 'none':
            return True
        match = CONTENT.match(path)
        repository = match[1] if match else None
        basic, header = self.basic(), self.headers.get('Authorization', '')
        users = auth.get('users', {})
        is_login = basic and users.get(basic[0], {}).get('password') == basic[1]
        user = None
        if auth['scheme'] == 'basic':
            if is_login:
                user = basic[0]
            elif not basic and repository and matches(auth.get('anonymous', []), repository):
                return True
        elif header.lower().startswith('bearer '):
            user = user_of_token(header[7:])
            user = None if user == '?' else user
        elif is_login and auth.get('acceptBasic'):
            user = basic[0]
        if user is None:
            self.challenge(auth.get('unauthorized', UNAUTHORIZED), auth, repository)
            return False
        allowed = users.get(user, {}).get('repositories', ['*']) if user else auth.get('anonymous', [])
        if repository is None or matches(allowed, repository):
            return True
        self.challenge(auth.get('denied', DENIED), auth, repository, 'insufficient_scope')
        return False

    def challenge(self, answer, auth, repository, error=None):
        """Refuses; a 401 says how to ask."""
        headers = {'Www-Authenticate': self.challenge_text(auth, repository, error)} if answer['status'] == 401 else {}
        self.refuse({**answer, 'headers': {**headers, **answer.get('headers', {})}})

    def challenge_text(self, auth, repository, error):
        if 'challenge' in auth:
            return auth['challenge']
        if auth['scheme'] == 'basic':
            return 'Basic realm="registry"'
        parts = {'realm': auth.get('realm', 'http://{{%s}}/token' % self.server_obj.name),
                 'service': auth.get('service', 'scripted'),
                 'scope': f'repository:{repository}:pull' if repository and auth.get('scope', True) else None,
                 'error': error}
        return 'Bearer ' + ','.join(f'{name}="{value}"' for name, value in parts.items() if value)

    def token(self, token, form):
        """Answers as the token endpoint."""
        if self.command == 'POST' and 'POST' not in token.get('methods', ['GET']):
            return self.refuse({'status': token.get('postStatus', 405), 'body': ''})
        login = self.basic() or ((form['username'], form.get('password', '')) if 'username' in form else None)
        if login:
            known = token.get('users', {}).get(login[0])
            if not known or known.get('password') != login[1]:
                return self.refuse(token.get('failure', WRONG_LOGIN))
        elif not token.get('anonymous', True):
            return self.refuse(token.get('failure', UNAUTHORIZED))
        subject = json.dumps({'sub': login[0] if login else ''}).encode()
        issued = 't.' + base64.urlsafe_b64encode(subject).decode().rstrip('=') + '.s'
        field = token.get('field', 'token')
        answer = {name: issued for name in ('token', 'access_token') if field in (name, 'both')}
        if 'expiresIn' in token:
            answer['expires_in'] = token['expiresIn']
        return self.reply(200, {'Content-Type': 'application/json'}, json.dumps(answer).encode())

    # Content.

    def content(self, path, change=None):
        """Answers with a manifest or a blob, changed as a rule with `serve` says."""
        script, spec = self.server_obj.script, self.server_obj.spec
        prefix = spec.get('prefix', '/v2')

        def fail(status, code, message):
            headers = {key: value for key, value in (change or {}).items() if key in ('setHeaders', 'omitHeaders')}
            return self.refuse({'status': status, 'body': {'errors': [{'code': code, 'message': message}]}, **headers})

        if path.rstrip('/') == prefix:
            headers = {'Content-Type': 'application/json', 'Docker-Distribution-Api-Version': 'registry/2.0'}
            return self.reply(200, headers, b'{}', change)
        match = re.match('^' + re.escape(prefix) + r'/(.+)/(manifests|blobs)/([^/]+)$', path)
        if not match:
            return fail(404, 'NOT_FOUND', 'no such route')
        if self.command not in ('GET', 'HEAD'):
            return fail(405, 'UNSUPPORTED', 'method not allowed')
        repository = spec.get('repositories', {}).get(match[1])
        if repository is None:
            return fail(404, 'NAME_UNKNOWN', 'repository name not known to registry')
        wanted = urllib.parse.unquote(match[3])
        if match[2] == 'manifests':
            by_digest = {script.digest[name]: name for name in repository.get('manifests', {})}
            name = by_digest.get(wanted, repository.get('tags', {}).get(wanted))
            if name is None:
                return fail(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
            headers = {'Content-Type': repository['manifests'][name], 'Docker-Content-Digest': script.digest[name]}
            return self.reply(200, headers, script.blobs[name], change)
        for name in repository.get('blobs', []):
            if script.digest[name] == wanted:
                headers = {'Content-Type': 'application/octet-stream', 'Docker-Content-Digest': wanted}
                return self.reply(200, headers, script.blobs[name], change)
        return fail(404, 'BLOB_UNKNOWN', 'blob unknown to registry')

    def refuse(self, answer):
        """Answers with the status, headers and body of a rule."""
        body = answer.get('body', '')
        is_text = isinstance(body, str)
        headers = {'Content-Type': 'text/plain; charset=utf-8' if is_text else 'application/json',
                   **answer.get('headers', {})}
        text = self.server_obj.script.subst(body if is_text else json.dumps(body))
        return self.reply(answer['status'], headers, text.encode(), answer)

    def reply(self, status, headers, body, change=None):
        """Sends an answer, changed by omitHeaders, setHeaders, truncate, declareLength and flip of a rule."""
        change = change or {}
        omitted = {name.lower() for name in change.get('omitHeaders', [])}
        headers = {name: self.server_obj.script.subst(value)
                   for name, value in {**headers, **change.get('setHeaders', {})}.items() if name.lower() not in omitted}
        if 'truncate' in change:
            body = body[:change['truncate']]
        if change.get('flip') and body:
            body = body[:-1] + bytes([body[-1] ^ 1])
        self.entry['status'] = status
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if 'content-length' not in omitted | {name.lower() for name in headers}:
            self.send_header('Content-Length', str(change.get('declareLength', len(body))))
        if 'declareLength' in change:
            self.send_header('Connection', 'close')
            self.close_connection = True
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)
