// Kills a till thirty times, and compares its own books with the coalition's.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { balances, client, closeAll, newMember, partnerToken } from './gateway.mjs';

const folder = mkdtempSync(join(tmpdir(), 'till-'));
after(() => {
  closeAll();
  rmSync(folder, { recursive: true });
});

const books = () => (existsSync(join(folder, 'books.jsonl')) ? readFileSync(join(folder, 'books.jsonl'), 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line)) : []);
const start = (sales, numbers) => spawn(process.execPath, [fileURLToPath(new URL('till.mjs', import.meta.url)), folder, sales, ...numbers], { stdio: 'inherit' });
const exit = (till) => new Promise((resolve) => { till.on('exit', resolve); });

/** What an answer changed of the members' points. */
function effect({ method, answer }) {
  switch (answer && method) {
    case 'RecordPurchase': return answer.purchase.given_points;
    case 'ReversePurchase': return -answer.reversal.taken_points;
    case 'ReservePoints': return -answer.redemption.amount_points;
    case 'CaptureRedemption': case 'ReleaseRedemption': return answer.released_points;
    case 'RefundRedemption': return answer.refunded_points - answer.lapsed_points;
    default: return 0;
  }
}

test('a till that is killed thirty times has the books of the coalition', async () => {
  const members = [await newMember('beanery'), await newMember('beanery')];
  const numbers = members.map((member) => member.numbers.beanery);
  for (let kill = 0; kill < 30; kill++) {
    const till = start(20, numbers);
    const [gone, wanted] = [exit(till), books().length + 1 + Math.floor(Math.random() * 15)];
    while (till.exitCode === null && books().length < wanted) await new Promise((resolve) => { setTimeout(resolve, 5); });
    till.kill('SIGKILL');
    await gone;
  }

  assert.equal(await exit(start(0, numbers)), 0);
  const entries = [...new Map(books().map((entry) => [entry.request.request_id, entry])).values()];
  const held = (await Promise.all(members.map((member) => client('MemberService', member.token).GetBalances({})))).flatMap((answer) => answer.balances);
  assert.equal(entries.reduce((sum, entry) => sum + effect(entry), 0), held.reduce((sum, balance) => sum + balance.available_points - balance.owed_points, 0));

  const earning = client('EarningService', await partnerToken('beanery'));
  for (const { method, request, answer } of entries) {
    if (method === 'RecordPurchase' && answer) {
      const { purchase } = await earning.GetPurchase({ purchase_reference: request.purchase_reference });
      assert.equal(purchase.given_points, answer.purchase.given_points);
    }
  }

  assert.ok(entries.length > 100, `The tills had only ${entries.length} answers: this shows little.`);
  assert.deepEqual(await balances(members[0].token).then(Object.keys), ['bean-stars']);
});
