import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { balances, buy, client, closeAll, euro, newMember, partnerToken, refused, requestId, unique } from './gateway.mjs';

after(closeAll);

/** A till of The Beanery, and a member with 1000 Bean Stars, of which each is worth 0.4 cents. */
async function till() {
  const member = await newMember('beanery');
  await buy('beanery', member.numbers.beanery, 100);
  return { ...member, number: member.numbers.beanery, rewards: client('RewardService', await partnerToken('beanery')) };
}

const payment = (membership_number, amount_points) => ({
  request_id: requestId(), redemption_reference: unique('bill'), membership_number, amount_points, bill: euro(10),
});

test('a till asks what a member could use, reserves, captures a part and refunds it', async () => {
  const { rewards, number, token } = await till();
  const found = await rewards.IdentifyMember({ membership_number: number });
  assert.equal(found.spendable_points, 1000);
  assert.deepEqual(found.spendable_value, { currency_code: 'EUR', micros: 4_000_000 });
  assert.deepEqual(found.rewards.map((reward) => reward.reward_id), ['coffee']);

  const request = payment(number, 500);
  const { redemption } = await rewards.ReservePoints(request);
  assert.deepEqual((await rewards.ReservePoints(request)).redemption, redemption);
  assert.deepEqual(redemption.value, { currency_code: 'EUR', micros: 2_000_000 });

  const { redemption_reference } = request;
  const captured = await rewards.CaptureRedemption({ request_id: requestId(), redemption_reference, amount_points: 300 });
  assert.deepEqual([captured.captured_points, captured.released_points], [300, 200]);
  assert.deepEqual(await balances(token), { 'bean-stars': 700 });

  await rewards.RefundRedemption({ request_id: requestId(), redemption_reference, amount_points: 100 });
  assert.deepEqual(await balances(token), { 'bean-stars': 800 });
});

test('more points than the member has are refused, and the refusal tells what would work', async () => {
  const { rewards, number } = await till();
  const refusal = await refused(rewards.ReservePoints(payment(number, 1010)));
  assert.deepEqual([refusal.code, refusal.reason, refusal.metadata.transferable_points], ['FAILED_PRECONDITION', 'INSUFFICIENT_POINTS', '1000']);
});

test('a voucher works once, at two tills at once', async () => {
  const { rewards, token } = await till();
  const { voucher } = await client('RewardService', token).ClaimReward({ request_id: requestId(), programme_id: 'bean-stars', reward_id: 'coffee' });
  const use = () => rewards.UseVoucher({ request_id: requestId(), voucher_code: voucher.voucher_code }).then((answer) => answer.reward_id, () => 'refused');
  assert.deepEqual((await Promise.all([use(), use()])).sort(), ['coffee', 'refused']);
});

test('a member pays with a code, once, and the slip is in Latvian', async () => {
  const { rewards, token } = await till();
  const { payment_code } = await client('RewardService', token).CreatePaymentCode({ request_id: requestId(), programme_id: 'bean-stars', max_points: 200 });
  const request = { ...payment('', 200), payment_code, spend_now: true };
  await rewards.ReservePoints(request);
  const again = await refused(rewards.ReservePoints({ ...request, request_id: requestId(), redemption_reference: unique('bill') }));
  assert.deepEqual([again.code, again.reason], ['NOT_FOUND', 'PAYMENT_CODE_NOT_FOUND']);

  const { lines } = await rewards.GetReceipt({ redemption_references: [request.redemption_reference], language: 'lv' });
  assert.deepEqual(lines.map((line) => line.text).slice(0, 2), ['Samaksāts ar punktiem: 200, vērtība 0,80 EUR', 'Jūsu punkti: 800, vērtība 3,20 EUR']);
});
