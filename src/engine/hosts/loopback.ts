/**
 * Returns whether a registry host is a loopback address: `localhost`, 127.0.0.0/8 or ::1, with or without a port. Other
 * forms of these addresses, such as `127.1`, do not count. Mirrors MatchLocalhost of containerd v2.4.2
 * core/remotes/docker/registry.go.
 */
export function isLoopbackHost(registry: string): boolean {
  return loopback.test(registry);
}

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const v4 = `127(?:\\.${octet}){3}`;
const v6 = `(?:::1|(?:0{1,4}:){7}0{0,3}1|::ffff:${v4})`;
const loopback = new RegExp(`^(?:::1|\\[${v6}\\](?::.+)?|(?:localhost|${v4})(?::[^:]+)?)$`, 'i');
