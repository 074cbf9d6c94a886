import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import {
  balances, buy, client, closeAll, detailsOf, euro, newMember, now, partnerToken, requestId, sandbox, unique,
} from './gateway.mjs';

after(closeAll);

test('client_credentials gives a JWT access token that names the authority and the gateway', async () => {
  const parts = (await partnerToken('beanery')).split('.');
  const [header, claims] = parts.slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));
  assert.equal(header.typ, 'at+jwt');
  assert.equal(header.alg, 'ES256');
  assert.equal(claims.iss, sandbox.authority);
  assert.equal(claims.client_id, 'beanery');
  assert.ok(claims.aud);
});

test("a purchase earns in the brand's own programme, and in another one after the member chose it", async () => {
  const member = await newMember('beanery', 'aurora-air');
  const before = await buy('beanery', member.numbers.beanery, 12.99);
  assert.equal(before.programme_id, 'bean-stars');
  assert.equal(before.given_points, 129);

  await client('MemberService', member.token).ChooseProgramme({ request_id: requestId(), partner_id: 'beanery', programme_id: 'aurora-miles' });
  const after = await buy('beanery', member.numbers.beanery, 12.99);
  assert.equal(after.programme_id, 'aurora-miles');
  assert.equal(after.given_points, 25);
  assert.deepEqual(await balances(member.token), { 'bean-stars': 129, 'aurora-miles': 25 });
});

test('the same request again, and the same request id over the stream, give the stored answer and no more points', async () => {
  const member = await newMember('fjord-foods');
  const number = member.numbers['fjord-foods'];
  const [id, reference] = [requestId(), unique('receipt')];
  const request = { request_id: id, purchase_reference: reference, membership_number: number, amount: euro(10), purchase_time: now() };
  const earning = client('EarningService', await partnerToken('fjord-foods'));
  const first = await earning.RecordPurchase(request);
  assert.equal(first.purchase.given_points, 20);
  assert.deepEqual(await earning.RecordPurchase(request), first);
  const { answers } = await stream('fjord-foods', [{ purchase: request }]);
  assert.deepEqual(answers.get(id).purchase, first.purchase);
  assert.deepEqual(await balances(member.token), { 'fjord-points': 20 });
});

test('a stream answers each entry in order, with its request id; a refused entry stops no other entry', async () => {
  const member = await newMember('fjord-foods');
  const number = member.numbers['fjord-foods'];
  const purchases = [10, 20.6, 0.4].map((units) => ({
    purchase: { request_id: requestId(), purchase_reference: unique('receipt'), membership_number: number, amount: euro(units), purchase_time: now() },
  }));
  const stranger = { purchase: { ...purchases[0].purchase, request_id: requestId(), purchase_reference: unique('receipt'), membership_number: unique('nobody') } };
  const reversal = { reversal: { request_id: requestId(), purchase_reference: purchases[0].purchase.purchase_reference, amount: euro(5) } };
  const refund = (units) => ({
    purchase_return: { request_id: requestId(), return_reference: unique('return'), membership_number: number, amount: euro(units), return_time: now() },
  });
  const [tooMuch, fitting] = [refund(40), refund(20)];
  const entries = [purchases[0], purchases[1], stranger, reversal, tooMuch, fitting, purchases[2]];

  const { order, answers } = await stream('fjord-foods', entries);
  const idOf = (entry) => Object.values(entry)[0].request_id;
  assert.deepEqual(order, entries.map(idOf));
  assert.deepEqual(purchases.map((entry) => answers.get(idOf(entry)).purchase.given_points), [20, 41, 0]);
  assert.equal(answers.get(idOf(stranger)).outcome, 'refusal');
  const { code, reason } = detailsOf(answers.get(idOf(stranger)).refusal);
  assert.deepEqual([code, reason], ['NOT_FOUND', 'MEMBERSHIP_NOT_FOUND']);
  assert.equal(answers.get(idOf(reversal)).reversal.taken_points, 10);

  // 20 + 41 - 10 points were given and are not taken back yet. 80 is more than that, 40 is not.
  const refused = detailsOf(answers.get(idOf(tooMuch)).refusal);
  assert.deepEqual([refused.code, refused.reason, refused.metadata.left_points], ['FAILED_PRECONDITION', 'RETURN_EXCEEDS_GIVEN', '51']);
  assert.equal(answers.get(idOf(fitting)).purchase_return.taken_points, 40);
  assert.equal(answers.get(idOf(fitting)).purchase_return.owed_points, 0);
  assert.deepEqual(await balances(member.token), { 'fjord-points': 11 });
});

test('a long stream is answered while it is sent', async () => {
  const member = await newMember('fjord-foods');
  const entries = Array.from({ length: 1000 }, () => ({
    purchase: { request_id: requestId(), purchase_reference: unique('receipt'), membership_number: member.numbers['fjord-foods'], amount: euro(1), purchase_time: now() },
  }));
  const { order } = await stream('fjord-foods', entries);
  assert.deepEqual(order, entries.map((entry) => entry.purchase.request_id));
  assert.deepEqual(await balances(member.token), { 'fjord-points': 2000 });
});

/** Sends entries. Returns the answers by request id, and the ids in the order of the answers. */
async function stream(partnerId, entries) {
  const call = client('EarningService', await partnerToken(partnerId)).StreamPurchases();
  const [answers, order] = [new Map(), []];
  call.on('data', (answer) => {
    answers.set(answer.request_id, answer);
    order.push(answer.request_id);
  });
  const ended = once(call, 'end');
  for (const entry of entries) {
    if (!call.write(entry)) {
      await Promise.race([once(call, 'drain'), ended]);
    }
  }

  call.end();
  await ended;
  return { answers, order };
}
