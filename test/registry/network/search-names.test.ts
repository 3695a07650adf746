import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { searchNames } from '../../../src/registry/network/search-names.ts';

const cases: readonly (readonly [conf: string, name: string, names: readonly string[]])[] = [
  ['', 'r.lab', ['r.lab']],
  ['search corp.test', 'r.lab.', ['r.lab.']],
  ['search corp.test Other.TEST.', 'r.lab', ['r.lab', 'r.lab.corp.test', 'r.lab.other.test']],
  ['search a.test\nsearch b.test', 'r', ['r', 'r.b.test']],
  ['search\nnameserver 192.0.2.1', 'r', ['r']],
  ['search team-a.svc.cluster.local svc.cluster.local cluster.local', 'r.team-b', ['r.team-b']],
  ['search a.svc.k.corp.test svc.k.corp.test k.corp.test corp.test', 'r', ['r', 'r.corp.test']],
  ['search svc.corp.test.example corp.test', 'r', ['r', 'r.corp.test']],
];

describe('searchNames', () => {
  for (const [conf, name, names] of cases) {
    test(`${name} with ${JSON.stringify(conf)}: ${names.join(', ')}`, () => {
      assert.deepEqual(searchNames(name, conf), names);
    });
  }
});
