/**
 * Length of the host that an image string begins with, its slash included; 0 where it begins with a repository. A first
 * segment with a dot, a colon or a capital, and `localhost`, is a host. Mirrors splitDockerDomain of distribution/reference.
 */
export function hostLength(image: string): number {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const isHost = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase();
  return isHost || first === '' ? slash + 1 : 0;
}

/** Whether a text is a host name, an IPv4 address or an IPv6 address in brackets, with or without a port. */
export function isHostAndPort(text: string): boolean {
  const bracket = text.startsWith('[') ? text.indexOf(']') : -1;
  const colon = text.indexOf(':', bracket + 1);
  const host = colon < 0 ? text : text.slice(0, colon);
  if (colon >= 0 && (colon === text.length - 1 || /[^0-9]/.test(text.slice(colon + 1)))) return false;
  if (bracket >= 0) return bracket === host.length - 1 && bracket > 1 && !/[^a-fA-F0-9:]/.test(host.slice(1, -1));
  return host.split('.').every(isLabel);
}

function isLabel(label: string): boolean {
  return label !== '' && !/[^a-zA-Z0-9-]/.test(label) && !label.startsWith('-') && !label.endsWith('-');
}
