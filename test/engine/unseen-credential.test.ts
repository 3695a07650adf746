import { Redacted } from '../../src/lib/redacted.ts';
import { host } from '../support/answers.ts';
import { privateImage, testCases } from './check-case.ts';

testCases('the node', [
  {
    it: 'may have a credential for a configured pattern',
    world: { images: privateImage },
    options: { nodeCredentials: { matchImages: ['*.example.com'], complete: true } },
    finds: ['access-unknown'],
  },
  {
    it: 'may have any credential if the configured patterns are incomplete',
    world: { images: privateImage },
    options: { nodeCredentials: { matchImages: [], complete: false } },
    finds: ['access-unknown'],
  },
  {
    it: 'may get a credential from a plugin that failed here',
    world: { images: privateImage, nodeKeyring: { undecided: [{ provider: 'ecr', reason: 'timeout' }] } },
    finds: ['access-unknown'],
  },
  {
    it: 'has a credential that works',
    world: {
      images: privateImage,
      nodeKeyring: {
        credentials: [
          {
            kind: 'basic',
            username: 'alice',
            password: new Redacted('p'),
            source: { kind: 'node-config', entry: host },
          },
        ],
      },
    },
    finds: [],
  },
]);
