import { isAbsolute, join } from 'node:path';
import { parse } from 'smol-toml';
import { readHostsFile, type HostsDialect, type HostsFile } from '../../engine/hosts/hosts-toml.ts';
import { objectOf, stringOf } from '../../lib/json.ts';

/** Parses the text of a hosts.toml. Its relative paths are relative to `folder`. Never throws. */
export function parseHostsToml(text: string, folder: string, dialect: HostsDialect = 'containerd'): HostsFile {
  // containerd's parser takes it for a part of the first key.
  if (text.startsWith('\uFEFF')) return { kind: 'invalid', reason: 'the file starts with a byte order mark' };
  try {
    const toml = parse(text);
    const order = hostTables(text).filter((host) => Object.hasOwn(objectOf(toml['host']), host));
    return readHostsFile(toml, order, (path) => (isAbsolute(path) ? path : join(folder, path)), dialect);
  } catch {
    return { kind: 'invalid', reason: 'the file is not valid TOML' };
  }
}

/**
 * Returns the hosts in the order of their `[host."…"]` tables. If the subtables of a host are not adjacent, the host is
 * in the list twice, as in containerd. Mirrors getSortedHosts of containerd v2.4.2 core/remotes/docker/config/hosts.go.
 */
function hostTables(text: string): readonly string[] {
  const hosts: string[] = [];
  for (const [, key = ''] of text.matchAll(tableHeader)) {
    const host = /^["']/.test(key) ? stringOf(parse(`key = ${key}`)['key']) : key;
    if (host !== hosts.at(-1)) hosts.push(host);
  }
  return hosts;
}

const tableHeader = /^[ \t]*\[[ \t]*(?:host|"host"|'host')[ \t]*\.[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w-]+)/gm;
