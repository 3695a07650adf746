"""What a check before the deploy is to say of an outcome on CRI-O: the first row that matches.

A failure that is certain is denied. A failure that a retry or the node itself may fix is a warning. Where it depends on
how much a check may ask, both are right. A row matches the kubelet's reason and CRI-O's message.
"""
ACCESS = ['access-denied', 'access-unknown', 'pull-secret-missing', 'pull-secret-unusable']
CONTENT = ['image-incomplete', 'unsupported-manifest', 'no-matching-platform']
WAY = ['registry-unreachable', 'registry-untrusted', 'registry-unknown-host', 'not-checked']
DENY, WARN, EITHER = ['deny'], ['warn'], ['deny', 'warn']

# (reason or None, expression, verdicts, kinds)
ROWS = [
    # Before any request.
    ('InvalidImageName', '.', DENY, ['invalid-image-name']),
    ('ErrImageNeverPull', '.', EITHER, ['never-pull-absent', 'never-pull']),
    (None, r'^(illegal base64 data|unable to parse auth field|json: cannot unmarshal)', DENY, ['pull-secret-malformed']),
    (None, r'contains invalid UTF-8', EITHER, ['access-denied', 'pull-secret-malformed', 'pull-secret-unusable']),
    ('ImageInspectError', r'cannot parse input: ".*": invalid reference format', EITHER, ['invalid-image-name', *WAY]),
    (None, r'short-name ".*" did not resolve', EITHER, ['invalid-image-name', 'image-not-found', 'registry-unknown-host', 'not-checked']),
    # The files of the node forbid it, or are of no use.
    (None, r' is blocked in /', EITHER, ['registry-blocked']),
    (None, r'Source image rejected: .* is rejected by policy', EITHER, ['registry-blocked']),
    (None, r'Source image rejected: |signature validation failed', ['warn', 'allow'], ['not-checked', 'registry-blocked']),
    # A webhook that was given no policy.json cannot know that the node has none.
    (None, r'^no policy\.json file found', ['allow', 'warn', 'deny'], []),
    (None, r'/policy\.json|invalid policy', EITHER, ['registry-blocked', 'not-checked']),
    (None, r'getting username and password: ', EITHER, ['not-checked', *ACCESS]),
    (None, r'missing (client certificate|key) |no certificate|/certs\.d/|creating new docker client', EITHER,
     ['registry-untrusted', 'not-checked', 'registry-unreachable']),
    # The way to the registry. The node may have another way, so these are warnings.
    ('RegistryUnavailable', '.', EITHER, [*WAY, 'image-not-found', 'access-denied', 'image-incomplete', 'rate-limited']),
    (None, r'no such host', EITHER, ['registry-unknown-host', 'registry-unreachable']),
    (None, r'x509: |tls: ', EITHER, ['registry-untrusted', 'registry-unreachable']),
    (None, r'connection reset|i/o timeout|server gave HTTP response|context deadline', EITHER, [*WAY, *ACCESS]),
    # Blobs and children. A check may not ask for them.
    (None, r'fetching blob|reading blob|parsing image configuration|^writing blob|partial pull|copying layers', EITHER,
     [*CONTENT, 'access-denied', 'access-unknown', 'rate-limited', 'registry-unreachable', 'image-not-found']),
    (None, r'from manifest list: .*(reading manifest|determining manifest)', EITHER,
     [*CONTENT, 'registry-unreachable', 'access-denied', 'rate-limited']),
    (None, r'choosing an image from manifest list|no image found in', DENY, ['no-matching-platform']),
    (None, r'Unexpectedly received a manifest list', EITHER, ['image-incomplete', 'unsupported-manifest']),
    (None, r'unexpected EOF', EITHER, [*CONTENT, *WAY, *ACCESS]),
    # The answers of the registry.
    (None, r'toomanyrequests|too many requests|StatusCode: 429', WARN, ['rate-limited']),
    (None, r'(Requesting bearer token|retrieve auth token).*status: 403|invalid username/password', EITHER, ACCESS),
    (None, r'bearer token|auth challenge|unsupported protocol scheme|auth token', EITHER, [*ACCESS, 'registry-unreachable']),
    (None, r'pinging container registry .*StatusCode: 40[13]', EITHER, [*ACCESS, *WAY]),
    (None, r'pinging container registry ', EITHER, [*WAY, 'image-not-found', 'access-denied']),
    (None, r'(received unexpected HTTP status: |StatusCode: )(5\d\d|408)', EITHER, WAY),
    (None, r'(manifest|name) unknown|repository not known', DENY, ['image-not-found', 'access-denied']),
    (None, r'StatusCode: 404|StatusCode: 410| not found$', EITHER, ['image-not-found', 'access-denied']),
    (None, r': (unauthorized|authentication required|requested access to the resource is denied|denied)', EITHER, ACCESS),
    (None, r'StatusCode: |received unexpected HTTP status: |name invalid|: unknown: ', EITHER,
     ['registry-unreachable', 'image-not-found', 'unsupported-manifest', *ACCESS]),
    (None, r'stopped after \d+ redirects', EITHER, [*WAY, *CONTENT]),
    # The manifest.
    (None, r'parse manifest|parsing .*manifest|exceeded maximum allowed size|unsupported schema|ambiguous manifest', EITHER,
     [*CONTENT, 'registry-unreachable']),
    (None, r'manifest|layer|blob|digest|config|architecture', EITHER, CONTENT),
]
