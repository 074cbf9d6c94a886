import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { balances, buy, client, closeAll, newMember, refused, requestId } from './gateway.mjs';

after(closeAll);

/** A member with 5000 Aurora Miles who is also in Fjord Points. */
async function traveller() {
  const member = await newMember('aurora-air', 'fjord-foods');
  await buy('aurora-air', member.numbers['aurora-air'], 1000);
  return { ...member, transfers: client('TransferService', member.token) };
}

const transferOf = (amount_points) => ({
  request_id: requestId(), source_programme_id: 'aurora-miles', destination_programme_id: 'fjord-points', amount_points,
});

test('a quote names the arriving points and their value, and moves nothing', async () => {
  const { transfers, token } = await traveller();
  const { request_id, ...question } = transferOf(2000);
  const { quote } = await transfers.QuoteTransfer(question);
  assert.equal(quote.arriving_points, 3000);
  assert.equal(quote.credited_points, 3000);
  assert.deepEqual(quote.source_value, { currency_code: 'EUR', micros: 20_000_000 });
  assert.deepEqual(quote.destination_value, { currency_code: 'EUR', micros: 15_000_000 });
  assert.equal(quote.available_points, 5000);
  assert.deepEqual(await balances(token), { 'aurora-miles': 5000, 'fjord-points': 0 });
});

test('a transfer moves points once, however often the same request id is sent', async () => {
  const { transfers, token } = await traveller();
  const request = transferOf(2000);
  const answers = await Promise.all([transfers.CreateTransfer(request), transfers.CreateTransfer(request)]);
  answers.push(await transfers.CreateTransfer(request));
  assert.equal(answers[0].transfer.arrived_points, 3000);
  assert.deepEqual(answers[1], answers[0]);
  assert.deepEqual(answers[2], answers[0]);
  assert.deepEqual(await balances(token), { 'aurora-miles': 3000, 'fjord-points': 3000 });
  assert.equal((await transfers.ListTransfers({})).transfers.length, 1);

  const other = await refused(transfers.CreateTransfer({ ...request, amount_points: 1000 }));
  assert.deepEqual([other.code, other.reason], ['ALREADY_EXISTS', 'REQUEST_ID_REUSED']);
});

test('1700 is refused, and the refusal names the nearest valid amounts', async () => {
  const { transfers, token } = await traveller();
  const refusal = await refused(transfers.CreateTransfer(transferOf(1700)));
  assert.equal(refusal.code, 'INVALID_ARGUMENT');
  assert.equal(refusal.reason, 'AMOUNT_NOT_IN_STEPS');
  assert.equal(refusal.domain, 'coalition-gateway');
  assert.equal(refusal.metadata.nearest_lower_points, '1000');
  assert.equal(refusal.metadata.nearest_upper_points, '2000');
  assert.deepEqual(await balances(token), { 'aurora-miles': 5000, 'fjord-points': 0 });
});

test("another member's transfer is not found", async () => {
  const [one, other] = await Promise.all([traveller(), traveller()]);
  const { transfer } = await one.transfers.CreateTransfer(transferOf(1000));
  assert.deepEqual((await one.transfers.GetTransfer({ transfer_id: transfer.transfer_id })).transfer, transfer);
  const refusal = await refused(other.transfers.GetTransfer({ transfer_id: transfer.transfer_id }));
  assert.deepEqual([refusal.code, refusal.reason], ['NOT_FOUND', 'TRANSFER_NOT_FOUND']);
});
