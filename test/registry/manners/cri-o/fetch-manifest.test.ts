import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { publicRegistry } from '../../../support/registries.ts';
import type { Rule } from '../../../support/scripted-registry/script.ts';
import { startScript } from '../../../support/scripted-registry/start.ts';
import { client, question, soon } from '../../client.ts';

const withoutDigests: Rule = { match: { path: '/manifests/sha256:' }, do: { status: 404, body: { errors: [] } } };
/** The tag has moved after it was resolved. */
const moved: Rule = { match: { path: '/manifests/v1' }, do: { serve: true, flip: true } };
const once: Rule = { match: { path: '/manifests/v1' }, do: { serve: true }, times: 1 };

// A request that fails is sent again without what is remembered of the host.
describe('CRI-O fetches the manifest of a tag', () => {
  const cases: readonly { it: string; rules: readonly Rule[]; kind: string; asked: readonly string[] }[] = [
    { it: 'by its digest', rules: [], kind: 'image', asked: ['v1', 'digest'] },
    {
      it: 'by the tag, if a proxy cache does not find the digest',
      rules: [withoutDigests],
      kind: 'image',
      asked: ['v1', 'digest', 'digest', 'v1'],
    },
    {
      it: 'in vain, if the tag then has another digest',
      rules: [withoutDigests, once, moved],
      kind: 'not-found',
      asked: ['v1', 'digest', 'digest', 'v1'],
    },
  ];
  for (const { it, rules, kind, asked } of cases) {
    test(it, async () => {
      await using script = await startScript(publicRegistry({ rules }));
      await using pullgate = client();
      const { registry } = pullgate;
      const tag = { ...question(script.symbols['registry'] ?? ''), runtime: 'cri-o' } as const;
      const found = await registry.resolve(tag, soon());
      assert(found.kind === 'found');
      assert.equal((await registry.manifest(tag, found, soon())).kind, kind);
      const versions = script.log.flatMap(({ path }) => /\/manifests\/(.+)/.exec(path)?.[1] ?? []);
      assert.deepEqual(
        versions.map((version) => (version.startsWith('sha256:') ? 'digest' : version)),
        asked,
      );
    });
  }
});
