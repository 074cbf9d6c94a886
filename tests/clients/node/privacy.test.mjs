import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { buy, client, closeAll, newMember, refused } from './gateway.mjs';

after(closeAll);

async function take(token, request) {
  const parts = [];
  for await (const part of client('PrivacyService', token).StreamPersonalData(request)) parts.push(part);
  return { text: Buffer.concat(parts.map((part) => part.chunk)).toString('utf8'), eventId: parts[0].event_id };
}

test('a member gets all stored data about themself, as JSON', async () => {
  const { numbers, token } = await newMember('beanery');
  const purchase = await buy('beanery', numbers.beanery, 42);
  const { text, eventId } = await take(token, { format: 'DOCUMENT_FORMAT_JSON' });
  const data = JSON.parse(text);
  assert.deepEqual(data.memberships.map((membership) => membership.membershipNumber), [numbers.beanery]);
  assert.deepEqual(data.spending.map((spent) => [spent.type, spent.reference, spent.amount.micros]), [['PurchaseRecorded', purchase.purchase_reference, '42000000']]);
  assert.equal(data.movements.reduce((sum, movement) => sum + Number(movement.points), 0), purchase.given_points);
  assert.deepEqual([data.eventId, data.events.at(-1).eventId, data.events.at(-1).type], [eventId, eventId, 'AuditRead']);
});

test('a member gets all stored data about themself, as a page', async () => {
  const { numbers, token } = await newMember('beanery');
  const { text, eventId } = await take(token, { format: 'DOCUMENT_FORMAT_HTML' });
  assert.match(text, /^<!DOCTYPE html>/);
  assert.ok(text.includes(numbers.beanery) && text.includes(eventId));
});

test('a document without a format is refused, and the refusal names the field', async () => {
  const { token } = await newMember('beanery');
  const refusal = await refused(take(token, {}));
  assert.equal(refusal.reason, 'FIELD_INVALID');
});
