import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseImageReference } from '../../../src/engine/image/image-reference.ts';

const hex = '0123456789abcdef'.repeat(4);

const cases: readonly { it: string; image: string; reason: RegExp }[] = [
  { it: 'a Helm value', image: '{{ .Values.image }}:1', reason: /template/ },
  { it: 'half of a Helm value', image: 'ghcr.io/team/app:{{', reason: /template/ },
  { it: 'a shell variable', image: '${IMAGE}', reason: /\$\{…\}/ },
  { it: 'a shell variable without braces', image: 'ghcr.io/$OWNER/app', reason: /variable, \$…/ },
  { it: 'a Kubernetes variable', image: 'ghcr.io/team/$(IMAGE):1', reason: /\$\(…\)/ },
  { it: 'a placeholder', image: 'ghcr.io/<team>/app', reason: /placeholder/ },
  { it: 'two slashes after the host', image: 'ghcr.io//app:1', reason: /two slashes/ },
  { it: 'two slashes in the path', image: 'ghcr.io/team//app:1', reason: /two slashes/ },
  { it: 'two slashes at the start', image: '//ghcr.io/app', reason: /two slashes/ },
  { it: 'a scheme', image: 'https://ghcr.io/team/app', reason: /scheme/ },
  { it: 'a zero width space', image: 'nginx:1.27\u{200b}', reason: /U\+200B \(ZERO WIDTH SPACE\)/ },
  { it: 'a no-break space', image: '\u{a0}nginx', reason: /U\+00A0 \(NO-BREAK SPACE\)/ },
  { it: 'a line feed', image: 'nginx\n', reason: /U\+000A \(LINE FEED\)/ },
  { it: 'a dash that is not a hyphen', image: 'ghcr.io/my\u{2013}app', reason: /U\+2013 \(EN DASH\)/ },
  { it: 'a Cyrillic letter', image: 'ghcr.io/te\u{430}m/app', reason: /CYRILLIC/ },
  { it: 'a quotation mark', image: '"nginx"', reason: /U\+0022 \(QUOTATION MARK\)/ },
  { it: 'a character outside the first plane', image: 'nginx:\u{1f680}', reason: /U\+1F680$/ },
  { it: 'a digest after a colon', image: `app:sha256:${hex}`, reason: /after a colon/ },
  { it: 'a digest after a tag and a colon', image: `app:1:sha256:${hex}`, reason: /after a colon/ },
  { it: 'a digest with a hyphen', image: `app@sha256-${hex}`, reason: /hyphen/ },
  { it: 'a space', image: 'my app', reason: /whitespace/ },
  { it: 'upper case', image: 'ghcr.io/Team/app', reason: /lowercase/ },
];

describe('the reason why an image name is invalid tells the mistake', () => {
  for (const { it, image, reason } of cases) {
    test(it, () => {
      const parsed = parseImageReference(image);
      assert(parsed.kind === 'invalid');
      assert.match(parsed.reason, reason);
    });
  }

  test('a tag that looks like a digest is valid, because registries have such tags', () => {
    assert.equal(parseImageReference(`app:sha256-${hex}`).kind, 'reference');
    assert.equal(parseImageReference('ghcr.io/_').kind, 'invalid');
  });
});
