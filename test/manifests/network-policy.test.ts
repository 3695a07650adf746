import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { BlockList } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { manifests } from '../support/overlay.ts';

interface Block {
  readonly cidr: string;
  readonly except: readonly string[];
}

interface Port {
  readonly port: number | string;
  readonly protocol: string;
}

interface Rule {
  readonly ports?: readonly Port[];
  readonly to?: readonly { readonly ipBlock?: Block; readonly namespaceSelector?: object }[];
}

/** A host that Pullgate needs to reach, or must not reach. */
interface Destination {
  readonly is: 'pod' | 'node' | 'outside';
  readonly address: string;
  readonly port: number;
  readonly protocol?: string;
}

/** How a network plugin applies an ipBlock: by the standard to every address, in Cilium to no address of the cluster. */
type Plugin = 'standard' | 'cilium';

const { spec } = parse(await readFile(join(manifests, 'base/network-policy.yaml'), 'utf8')) as {
  readonly spec: { readonly ingress: readonly Rule[]; readonly egress: readonly Rule[] };
};

function contains(cidr: string, address: string): boolean {
  const [net = '', prefix] = cidr.split('/');
  const list = new BlockList();
  const family = net.includes(':') ? 'ipv6' : 'ipv4';
  list.addSubnet(net, Number(prefix), family);
  return address.includes(':') === (family === 'ipv6') && list.check(address, family);
}

function allows(plugin: Plugin, { is, address, port, protocol = 'TCP' }: Destination): boolean {
  return spec.egress.some(({ ports, to }) => {
    if (ports !== undefined && !ports.some((one) => one.port === port && one.protocol === protocol)) return false;
    if (to === undefined) return true;
    return to.some(({ ipBlock }) => {
      if (ipBlock === undefined) return is === 'pod';
      if (plugin === 'cilium' && is !== 'outside') return false;
      return contains(ipBlock.cidr, address) && !ipBlock.except.some((cidr) => contains(cidr, address));
    });
  });
}

const cases: readonly { it: string; to: Destination; allowed: boolean }[] = [
  { it: 'the DNS server of the cluster', to: { is: 'pod', address: '10.244.0.2', port: 53, protocol: 'UDP' }, allowed: true },
  { it: 'a DNS server on the nodes', to: { is: 'node', address: '172.30.0.2', port: 53, protocol: 'UDP' }, allowed: true },
  { it: 'an API server on a node', to: { is: 'node', address: '172.30.0.2', port: 6443 }, allowed: true },
  { it: 'an API server of a cloud', to: { is: 'outside', address: '203.0.113.7', port: 443 }, allowed: true },
  { it: 'a registry in the cluster', to: { is: 'pod', address: '10.244.0.9', port: 5000 }, allowed: true },
  { it: 'a registry on a node', to: { is: 'node', address: '172.30.0.3', port: 443 }, allowed: true },
  { it: 'a registry outside the cluster', to: { is: 'outside', address: '198.51.100.4', port: 5000 }, allowed: true },
  { it: 'a registry outside the cluster, by IPv6', to: { is: 'outside', address: '2001:db8::4', port: 5000 }, allowed: true },
  { it: 'the metadata service', to: { is: 'outside', address: '169.254.169.254', port: 80 }, allowed: false },
  { it: "Amazon's metadata service by IPv6", to: { is: 'outside', address: 'fd00:ec2::254', port: 80 }, allowed: false },
  { it: "Alibaba's metadata service", to: { is: 'outside', address: '100.100.100.200', port: 80 }, allowed: false },
  { it: "Azure's metadata service", to: { is: 'outside', address: '168.63.129.16', port: 80 }, allowed: false },
  { it: "Oracle's metadata service", to: { is: 'outside', address: '192.0.0.192', port: 80 }, allowed: false },
];

for (const plugin of ['standard', 'cilium'] as const) {
  for (const { it, to, allowed } of cases) {
    test(`the NetworkPolicy ${allowed ? 'allows' : 'blocks'} ${it} (${plugin})`, () => {
      assert.equal(allows(plugin, to), allowed);
    });
  }
}

test('every port of the NetworkPolicy has a protocol', () => {
  const ports = [...spec.ingress, ...spec.egress].flatMap((rule) => rule.ports ?? []);
  assert.ok(ports.length > 3);
  for (const { port, protocol } of ports) assert.match(protocol ?? '', /^(TCP|UDP)$/, String(port));
});
