/**
 * Whether a registry is the node's own: `localhost`, 127.0.0.0/8 or ::1, with or without a port. Other spellings of
 * these addresses are not recognised. Mirrors MatchLocalhost of containerd core/remotes/docker/registry.go.
 */
export function isLoopbackHost(registry: string): boolean {
  return loopback.test(registry);
}

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const v4 = `127(?:\\.${octet}){3}`;
const v6 = `(?:::1|(?:0{1,4}:){7}0{0,3}1|::ffff:${v4})`;
const loopback = new RegExp(`^(?:::1|\\[${v6}\\](?::.+)?|(?:localhost|${v4})(?::[^:]+)?)$`, 'i');
