import { isAbsolute, join } from 'node:path';
import { parse } from 'smol-toml';
import { readHostsFile, type HostsFile } from '../../engine/hosts/hosts-toml.ts';
import { objectOf, stringOf } from '../../lib/json.ts';

/** The text of a hosts.toml in `folder`, which its relative paths start from. */
export function parseHostsToml(text: string, folder: string): HostsFile {
  try {
    const toml = parse(text);
    const order = hostTables(text).filter((host) => Object.hasOwn(objectOf(toml['host']), host));
    return readHostsFile(toml, order, (path) => (isAbsolute(path) ? path : join(folder, path)));
  } catch {
    return { kind: 'invalid', reason: 'the file is not TOML' };
  }
}

/**
 * The hosts in the order of their `[host."…"]` tables; a host that was left for another and is taken up again by a
 * subtable stands there twice, as it does for the runtime. Mirrors getSortedHosts of containerd's hosts.go.
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
