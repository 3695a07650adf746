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

/** Somebody whom Pullgate may want to reach, or must not. */
interface Destination {
  readonly is: 'pod' | 'node' | 'elsewhere';
  readonly address: string;
  readonly port: number;
  readonly protocol?: string;
}

/** How a network plugin reads an ipBlock: by the standard it matches every address, by Cilium none of the cluster's. */
type Reading = 'standard' | 'cilium';

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

function allows(reading: Reading, { is, address, port, protocol = 'TCP' }: Destination): boolean {
  return spec.egress.some(({ ports, to }) => {
    if (ports !== undefined && !ports.some((one) => one.port === port && one.protocol === protocol)) return false;
    if (to === undefined) return true;
    return to.some(({ ipBlock }) => {
      if (ipBlock === undefined) return is === 'pod';
      if (reading === 'cilium' && is !== 'elsewhere') return false;
      return contains(ipBlock.cidr, address) && !ipBlock.except.some((cidr) => contains(cidr, address));
    });
  });
}

const cases: readonly { it: string; to: Destination; may: boolean }[] = [
  { it: 'the DNS of the cluster', to: { is: 'pod', address: '10.244.0.2', port: 53, protocol: 'UDP' }, may: true },
  { it: 'a DNS on the nodes', to: { is: 'node', address: '172.30.0.2', port: 53, protocol: 'UDP' }, may: true },
  { it: 'an API server on a node', to: { is: 'node', address: '172.30.0.2', port: 6443 }, may: true },
  { it: 'an API server of a cloud', to: { is: 'elsewhere', address: '203.0.113.7', port: 443 }, may: true },
  { it: 'a registry in the cluster', to: { is: 'pod', address: '10.244.0.9', port: 5000 }, may: true },
  { it: 'a registry on a node', to: { is: 'node', address: '172.30.0.3', port: 443 }, may: true },
  { it: 'a registry elsewhere', to: { is: 'elsewhere', address: '198.51.100.4', port: 5000 }, may: true },
  { it: 'a registry elsewhere by IPv6', to: { is: 'elsewhere', address: '2001:db8::4', port: 5000 }, may: true },
  { it: 'the metadata service', to: { is: 'elsewhere', address: '169.254.169.254', port: 80 }, may: false },
  { it: "Amazon's by IPv6", to: { is: 'elsewhere', address: 'fd00:ec2::254', port: 80 }, may: false },
  { it: "Alibaba's", to: { is: 'elsewhere', address: '100.100.100.200', port: 80 }, may: false },
  { it: "Azure's", to: { is: 'elsewhere', address: '168.63.129.16', port: 80 }, may: false },
  { it: "Oracle's", to: { is: 'elsewhere', address: '192.0.0.192', port: 80 }, may: false },
];

for (const reading of ['standard', 'cilium'] as const) {
  for (const { it, to, may } of cases) {
    test(`Pullgate ${may ? 'reaches' : 'does not reach'} ${it}, as ${reading} reads the NetworkPolicy`, () => {
      assert.equal(allows(reading, to), may);
    });
  }
}

test('every port of the NetworkPolicy has its protocol', () => {
  const ports = [...spec.ingress, ...spec.egress].flatMap((rule) => rule.ports ?? []);
  assert.ok(ports.length > 3);
  for (const { port, protocol } of ports) assert.match(protocol ?? '', /^(TCP|UDP)$/, String(port));
});
