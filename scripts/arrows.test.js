import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { complaints } from './arrows.js';

const roots = [];

/** A tree of sources in a folder of its own. */
function tree(files) {
  const root = mkdtempSync(join(tmpdir(), 'arrows-'));
  roots.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

test('the sources of this project point down', () => {
  expect(complaints(new URL('..', import.meta.url).pathname)).toStrictEqual([]);
});

test.each([
  ['packages/totp-core/src/a.ts', "import { x } from '@driftlock/verifier';"],
  ['packages/totp-core/src/a.ts', "export * from '../../verifier/src/index.js';"],
  ['packages/totp-core/src/a.ts', "const x = await import('@driftlock/gateway');"],
  ['packages/api-client/src/a.ts', "import type { x } from '@driftlock/totp-core';"],
  ['packages/verifier/src/a.ts', "import { x } from '@driftlock/api-client';"],
  ['packages/verifier/src/a.ts', "import type { x } from '@driftlock/browser';"],
  ['packages/browser/src/a.ts', "import { x } from '@driftlock/api-client';"],
  ['packages/gateway/src/emulator/a.ts', "import type { x } from '@driftlock/api-client';"],
  ['packages/gateway/src/emulator/a.ts', "import { x } from '@driftlock/verifier';"],
  ['packages/gateway/src/emulator/a.ts', "import { x } from '../index.js';"],
  ['packages/gateway/src/emulator/a.ts', "import { x } from '../authy-door/wire.js';"],
  ['packages/gateway/src/authy-door/a.ts', "import { x } from '../emulator/params.js';"],
  ['packages/gateway/src/verify-emulator/a.ts', "import type { x } from '@driftlock/api-client';"],
  ['packages/gateway/src/verify-emulator/a.ts', "import { x } from '../emulator/random.js';"],
  ['packages/gateway/src/index.ts', "import { x } from './verify-emulator/index.js';"],
  ['packages/cli/src/a.ts', "import { x } from '@driftlock/gateway/verify-emulator';"],
  ['packages/verifier/src/a.ts', "import { x } from 'node:fs';"],
  ['packages/gateway/src/index.ts', "import { x } from 'node:http';"],
  ['packages/verifier/src/utils.ts', ''],
  ['packages/verifier/src/helpers/a.ts', ''],
  ['packages/attic/src/a.ts', "import { x } from 'elsewhere';"],
])('in %s, %s is a complaint', (file, text) => {
  expect(complaints(tree({ [file]: text }))).toHaveLength(1);
});

test.each([
  ['packages/verifier/src/a.ts', "import type { x } from '@driftlock/api-client';"],
  ['packages/verifier/src/a.ts', "export type { x } from '@driftlock/api-client';"],
  ['packages/verifier/src/a.ts', "import { x } from '@driftlock/totp-core';"],
  ['packages/gateway/src/node.ts', "import { x } from 'node:http';"],
  ['packages/gateway/src/node.ts', "import { x } from './emulator/index.js';"],
  ['packages/gateway/src/authy-door/a.ts', "import { x } from '../parts.js';"],
  ['packages/gateway/src/node.ts', "import { x } from './authy-door/index.js';"],
  ['packages/cli/src/a.ts', "import { x } from '@driftlock/gateway/node';"],
  ['packages/totp-core/src/a.ts', "import { x } from '@noble/hashes/sha1.js';"],
])('in %s, %s is fine', (file, text) => {
  expect(complaints(tree({ [file]: text }))).toStrictEqual([]);
});
