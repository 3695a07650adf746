import * as fc from 'fast-check';
import { readPullSecret } from '../../src/engine/keyring/docker-config.ts';
import { parseImageReference } from '../../src/engine/image/image-reference.ts';
import { answerable } from '../../src/registry/login/challenge.ts';
import { parseHostsToml } from '../../src/registry/hosts/parse-hosts-toml.ts';
import { formatReference } from '../support/format-reference.ts';
import { challengeLines, dockerConfigs, hostsTomls, imageNames, reviewBodies } from './inputs.ts';
import { createReviews } from './reviews.ts';

/** Something that reads what others wrote. */
export interface Subject {
  readonly name: string;
  /** Fails where reading throws, takes too long, or comes to nonsense. */
  readonly property: fc.IRawProperty<unknown>;
}

/** Of CPU time for one input, in ms: what takes longer holds up every other review. */
const boundMs = 500;

function subject<T>(name: string, input: fc.Arbitrary<T>, read: (input: T) => void | Promise<void>): Subject {
  return {
    name,
    property: fc.asyncProperty(input, async (value) => {
      const before = process.threadCpuUsage();
      await read(value);
      const { user, system } = process.threadCpuUsage(before);
      const ms = (user + system) / 1_000;
      if (ms > boundMs) throw new Error(`${Math.round(ms)} ms for one input`);
    }),
  };
}

export function createSubjects(): readonly Subject[] {
  return [
    subject('references', imageNames, readImageName),
    subject('challenges', fc.array(challengeLines, { maxLength: 3 }), (lines) => void answerable(lines)),
    subject('docker configs', dockerConfigs, readDockerConfig),
    subject('hosts.toml', hostsTomls, (text) => void parseHostsToml(text, '/etc/containerd/certs.d/example.com')),
    subject('AdmissionReviews', reviewBodies, createReviews()),
  ];
}

/** What is read as a reference is read the same when it is written out. */
function readImageName(text: string): void {
  const parsed = parseImageReference(text);
  if (parsed.kind === 'invalid') return;
  const written = formatReference(parsed.reference);
  const again = parseImageReference(written);
  if (again.kind === 'invalid' || formatReference(again.reference) !== written)
    throw new Error(`not read again: ${written}`);
}

const secretForms = [
  ['kubernetes.io/dockerconfigjson', '.dockerconfigjson'],
  ['kubernetes.io/dockercfg', '.dockercfg'],
] as const;

function readDockerConfig(text: string): void {
  for (const [type, key] of secretForms) {
    readPullSecret({ name: 's', type, data: { [key]: Buffer.from(text).toString('base64') } });
  }
}
