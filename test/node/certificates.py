"""A certificate authority for scripted registries, and the certificates that their servers may have."""
import datetime
import ipaddress
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOCAL = [x509.DNSName('localhost'), x509.IPAddress(ipaddress.ip_address('127.0.0.1'))]
DAY = datetime.timedelta(days=1)
# name → subject alternative names, start and end from now, and whether the authority signs it.
LEAVES = {
    'trusted': (LOCAL, -DAY, 3650 * DAY, True),
    'expired': (LOCAL, -20 * DAY, -DAY / 24, True),
    'wrong-host': ([x509.DNSName('other.example.test')], -DAY, 3650 * DAY, True),
    'self-signed': (LOCAL, -DAY, 3650 * DAY, False),
}


def make_certificates(folder):
    """Writes ca.pem, and NAME.pem with certificate and key for each leaf. Does nothing if they are there."""
    if os.path.exists(folder + '/done'):
        return
    os.makedirs(folder, exist_ok=True)
    authority, authority_key = _name('Scripted Test CA'), _key()
    root = _certificate(authority, authority_key, authority, authority_key, None, -30 * DAY, 3650 * DAY)
    _write(f'{folder}/ca.pem', _pem(root))
    for leaf, (names, start, end, is_signed) in LEAVES.items():
        key = _key()
        issuer, issuer_key = (authority, authority_key) if is_signed else (_name(leaf), key)
        certificate = _certificate(_name(leaf), key, issuer, issuer_key, names, start, end)
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                    serialization.NoEncryption())
        _write(f'{folder}/{leaf}.pem', _pem(certificate) + private)
    _write(folder + '/done', b'')


def _name(common):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _key():
    return ec.generate_private_key(ec.SECP256R1())


def _certificate(subject, key, issuer, issuer_key, names, start, end):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
               .serial_number(x509.random_serial_number()).not_valid_before(now + start).not_valid_after(now + end)
               .add_extension(x509.BasicConstraints(names is None, None), True))
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), False)
    return builder.sign(issuer_key, hashes.SHA256())


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write(path, content):
    with open(path, 'wb') as file:
        file.write(content)
