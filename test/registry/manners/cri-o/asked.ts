import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Answer } from '../../../../src/engine/answer.ts';
import { anonymous, type Credential } from '../../../../src/engine/keyring/credential.ts';
import type { ImageReference } from '../../../../src/engine/image/image-reference.ts';
import type { Question, Registry } from '../../../../src/engine/ports.ts';
import { containersCertificates } from '../../../../src/registry/hosts/containers-certificates.ts';
import { containersFiles } from '../../../../src/registry/hosts/containers-files.ts';
import type { ContainersSettings } from '../../../../src/registry/manners/cri-o/options.ts';
import { sentence } from '../../../support/scripted-registry/exchange.ts';
import type { RegistryScript } from '../../../support/scripted-registry/script.ts';
import { startScript } from '../../../support/scripted-registry/start.ts';
import { client, inWords, soon } from '../../client.ts';

/** What a node with CRI-O is asked to pull. */
export interface Pull {
  readonly script: RegistryScript;
  /** Default: anonymous. */
  readonly credential?: Credential;
  /** Files below /etc/containers, with symbols. Default: a policy.json that accepts everything. */
  readonly files?: Readonly<Record<string, string | null>>;
  /** Default: `team/app:v1` at the server `registry`. May have symbols. */
  readonly reference?: ImageReference;
  /** What is asked. Default: to resolve the reference once. */
  readonly ask?: (registry: Registry, question: Question) => Promise<Answer>;
}

/** The answer in words, and the requests as sentences, with the server first if there are several. */
export interface Pulled {
  readonly answer: string;
  readonly requests: readonly string[];
}

/** Plays a pull of CRI-O. */
export async function pullInCrio({ script, credential = anonymous, files, reference, ask }: Pull): Promise<Pulled> {
  await using running = await startScript(script);
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-containers-'));
  try {
    const containers = await writeFiles(folder, running.substitute({ ...accepting, ...files }));
    await using asked = client({ containers });
    const written = reference ?? { registry: '{{registry}}', repository: 'team/app', tag: 'v1' };
    const question: Question = { runtime: 'cri-o', reference: running.substitute(written), credential };
    const answer = await (ask?.(asked.registry, question) ?? asked.registry.resolve(question, soon()));
    const several = Object.keys(script.servers).length > 1;
    const requests = running.log
      .filter(({ method }) => !method.startsWith('('))
      .map((exchange) => `${several ? `${exchange.server} ` : ''}${sentence(exchange)}`);
    const other = 'otherHost' in answer && answer.otherHost ? `, but ${inWords(answer.otherHost)}` : '';
    const more = 'othersFollow' in answer ? ', and others would follow' : '';
    return { answer: `${inWords(answer)}${other}${more}`, requests };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const accepting = { 'policy.json': '{"default":[{"type":"insecureAcceptAnything"}]}' };

async function writeFiles(folder: string, files: Readonly<Record<string, string | null>>): Promise<ContainersSettings> {
  for (const [path, text] of Object.entries(files)) {
    if (text === null) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return {
    files: containersFiles({ containers: folder, containersAuth: join(folder, 'auth.json') }),
    certificatesFor: containersCertificates(join(folder, 'certs.d')),
  };
}
