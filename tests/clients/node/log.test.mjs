// Verifies the audit log with nothing but the contract's text and the standards that it names.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { after, test } from 'node:test';
import { buy, client, closeAll, newMember, partnerToken } from './gateway.mjs';

after(closeAll);

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const node = (left, right) => sha256(Buffer.from([1]), left, right);

/** The leaf of an entry: audit.proto, THE LOG. */
function leaf(event) {
  const number = Buffer.alloc(8);
  number.writeBigInt64BE(BigInt(event.member_number));
  return sha256(Buffer.from([0]), number, event.event);
}

/** The root that a proof leads to: RFC 9162, section 2.1.3.2. */
function rootOf(index, size, hash, proof) {
  let [fn, sn, root] = [index, size - 1, hash];
  for (const sibling of proof) {
    assert.notEqual(sn, 0, 'the proof is too long');
    if (fn % 2 === 1 || fn === sn) {
      root = node(sibling, root);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    } else {
      root = node(root, sibling);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  assert.equal(sn, 0, 'the proof is too short');
  return root;
}

/** Size and root of a checkpoint with a valid signature: c2sp.org/signed-note, signature type 2. */
function open(note, verifierKey) {
  const [name, id, ...key] = verifierKey.split('+');
  const [type, ...spki] = Buffer.from(key.join('+'), 'base64');
  assert.equal(type, 2);
  const der = Buffer.from(spki);
  assert.equal(sha256(der).subarray(0, 4).toString('hex'), id);
  const end = note.lastIndexOf('\n\n') + 1;
  const line = note.slice(end + 1).split('\n').find((found) => found.startsWith(`\u2014 ${name} `));
  const signature = Buffer.from(line.split(' ')[2], 'base64');
  assert.equal(signature.subarray(0, 4).toString('hex'), id);
  assert.ok(verify('sha256', Buffer.from(note.slice(0, end)), createPublicKey({ key: der, format: 'der', type: 'spki' }), signature.subarray(4)), 'the signature does not hold');
  const [origin, size, root] = note.split('\n');
  assert.equal(origin, name);
  return { size: Number(size), root: Buffer.from(root, 'base64') };
}

/** Asks until the latest checkpoint covers all acts of a member, for two seconds at most. */
async function covered(audit, count) {
  for (let i = 0; i < 50; i += 1) {
    const { events } = await audit.ListEvents({});
    if (events.length >= count) return events;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`${count} events were not covered in five seconds`);
}

test('a member recomputes each of their entries, and each is in the signed tree', async () => {
  const member = await newMember('beanery');
  await buy('beanery', member.numbers.beanery, 12);
  const audit = client('AuditService', member.token);
  const events = await covered(audit, 2);
  assert.deepEqual(events.map((event) => event.type), ['MemberEnrolled', 'PurchaseRecorded']);
  assert.deepEqual(events.map((event) => Number(event.member_number)), [1, 2]);
  for (const { event_id } of events) {
    const { event, hashes, checkpoint } = await audit.GetInclusionProof({ event_id });
    const { size, root } = open(checkpoint.note, checkpoint.verifier_key);
    assert.deepEqual(leaf(event), event.leaf_hash);
    assert.deepEqual(rootOf(Number(event.log_index), size, leaf(event), hashes), root);
    const bent = Buffer.from(event.event);
    bent[bent.length - 1] ^= 1;
    assert.notDeepEqual(rootOf(Number(event.log_index), size, leaf({ ...event, event: bent }), hashes), root);
  }
});

test('a partner sees that its purchase is in the tree, but not the member', async () => {
  const member = await newMember('beanery');
  await buy('beanery', member.numbers.beanery, 12);
  const [, purchase] = await covered(client('AuditService', member.token), 2);
  const { event, hashes, checkpoint } = await client('AuditService', await partnerToken('beanery')).GetInclusionProof({ event_id: purchase.event_id });
  const { size, root } = open(checkpoint.note, checkpoint.verifier_key);
  assert.deepEqual([event.member_id, event.event.length, event.partner_id], ['', 0, 'beanery']);
  assert.deepEqual(rootOf(Number(event.log_index), size, event.leaf_hash, hashes), root);
});
