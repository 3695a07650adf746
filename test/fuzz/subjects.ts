import * as fc from 'fast-check';
import { causeOf, errorIn, speakerOf } from '../../src/diagnose/read-message.ts';
import { readPullSecret } from '../../src/engine/keyring/docker-config.ts';
import { parseImageReference } from '../../src/engine/image/image-reference.ts';
import { answerable } from '../../src/registry/login/challenge.ts';
import { parseHostsToml } from '../../src/registry/hosts/parse-hosts-toml.ts';
import { kubeletText } from '../../src/words/diagnosis/kubelet-text.ts';
import { formatReference } from '../support/format-reference.ts';
import { challengeLines, dockerConfigs, hostsTomls, imageNames, kubeletMessages, reviewBodies } from './inputs.ts';
import { filesOfNodes, readFileOfNode } from './node-files.ts';
import { rawAnswers } from './raw-answers.ts';
import { createRawRegistries } from './raw-registry.ts';
import { createReviews } from './reviews.ts';

/** A parser of untrusted input. */
export interface Subject {
  readonly name: string;
  /** Fails if the parser throws, takes too long, or returns a wrong result. */
  readonly property: fc.IRawProperty<unknown>;
  /** How many inputs are one batch. */
  readonly batchSize: number;
}

/** Limit of CPU time for one input, in ms. A slower parser would block all other reviews. */
const cpuLimitMs = 500;

function subject<T>(name: string, input: fc.Arbitrary<T>, read: (input: T) => void | Promise<void>): Subject {
  return {
    name,
    batchSize: 200,
    property: fc.asyncProperty(input, async (value) => {
      const before = process.threadCpuUsage();
      await read(value);
      const { user, system } = process.threadCpuUsage(before);
      const ms = (user + system) / 1_000;
      if (ms > cpuLimitMs) throw new Error(`${Math.round(ms)} ms of CPU time for one input`);
    }),
  };
}

/** How many registries are asked at the same time: each spends most of its time waiting. */
const atOnce = 24;
const rawRegistry = fc.record({
  answers: rawAnswers,
  scheme: fc.constantFrom('http', 'http', 'http', 'https'),
});
const rawRegistries = fc.array(rawRegistry, { minLength: 1, maxLength: atOnce, size: 'max' });

/** All parsers of the fuzz run. */
export function createSubjects(): readonly Subject[] {
  return [
    subject('references', imageNames, readImageName),
    subject('challenges', fc.array(challengeLines, { maxLength: 3 }), (lines) => void answerable(lines)),
    subject('docker configs', dockerConfigs, readDockerConfig),
    subject('hosts.toml', hostsTomls, (text) => void parseHostsToml(text, '/etc/containerd/certs.d/example.com')),
    subject('files of nodes', filesOfNodes, readFileOfNode),
    subject('kubelet messages', kubeletMessages, readKubeletMessage),
    subject('AdmissionReviews', reviewBodies, createReviews()),
    { ...subject('registry bytes', rawRegistries, createRawRegistries(atOnce)), batchSize: 10 },
  ];
}

/** Throws if the text that is shown of a message is too long, or not one line. */
function readKubeletMessage(message: string): void {
  causeOf(errorIn(message).error);
  speakerOf(message);
  const shown = kubeletText(message);
  if (Array.from(shown).length > 300 || /[\p{C}\p{Zl}\p{Zp}]/u.test(shown.replaceAll('\u{fffd}', '')))
    throw new Error(shown);
}

/** Throws if a valid reference, formatted as text, is not parsed as the same reference. */
function readImageName(text: string): void {
  const parsed = parseImageReference(text);
  if (parsed.kind === 'invalid') return;
  const written = formatReference(parsed.reference);
  const again = parseImageReference(written);
  if (again.kind === 'invalid' || formatReference(again.reference) !== written)
    throw new Error(`parsed differently: ${written}`);
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
