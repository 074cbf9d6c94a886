// docs/formats is enough to write a verifier. verifier.mjs is one, and agrees with coalition check on every vector.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { check } from './verifier.mjs';

const vectors = new URL('../../../docs/formats/vectors/', import.meta.url);
const read = (name) => readFileSync(new URL(name, vectors));
const key = read('log-key.txt').toString().trim();
const expected = JSON.parse(read('expected.json'));
const forged = JSON.parse(read('forged.json'));

/** A decoded event as the vectors write it: 64-bit numbers as numbers. */
const plain = (event) => JSON.parse(JSON.stringify(event, (_, value) => (typeof value === 'bigint' ? Number(value) : value)));

for (const [name, shown] of Object.entries(expected)) {
  test(`the vector ${name} is proved, and its events are decoded`, () => {
    const proved = check(read(name), key);
    if (proved.kind === 'bundle') {
      assert.deepEqual(plain(proved.event), JSON.parse(JSON.stringify(shown.event)));
      assert.equal(proved.leafHash, shown.event_leaf_hash);
      assert.deepEqual(plain(proved.consent), shown.consent ?? null);
    }
  });

  test(`the vector ${name} with one byte changed is refused`, () => {
    const bytes = read(name);
    for (let at = 0; at < bytes.length; at += 17) {
      // White space has no meaning. Replacing one kind by another is not a change.
      if (bytes[at] <= 0x20) continue;
      const bent = Buffer.from(bytes);
      bent[at] ^= 1;
      assert.throws(() => check(bent, key), `byte ${at}`);
    }
  });
}

for (const { name, file } of forged) {
  test(`the forgery is refused: ${name}`, () => assert.throws(() => check(Buffer.from(file), key)));
}

test('each vector states the caller, the act and the time in words', () => {
  for (const { says } of Object.values(expected)) assert.ok(says.length > 3 && says.every((line) => !/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/.test(line)));
});

test('there are vectors of each kind', () => {
  assert.deepEqual([...new Set(Object.keys(expected).map((name) => check(read(name), key).kind))].sort(), ['bundle', 'consistency', 'receipt']);
  assert.ok(forged.length >= 30);
});
