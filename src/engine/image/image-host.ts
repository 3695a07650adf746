/**
 * Returns the length of the host at the start of an image string, including the slash after it; 0 if the string starts
 * with a repository. The first segment is a host if it contains a dot, a colon or upper case, or if it is `localhost`.
 * Mirrors splitDockerDomain of distribution/reference v0.6.0.
 */
export function hostLength(image: string): number {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const isHost = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase();
  return isHost || first === '' ? slash + 1 : 0;
}

/** Returns whether a text is a host name, an IPv4 address or an IPv6 address in brackets, with or without a port. */
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
