// A till without the .NET client, as an example for other languages: node till.mjs FOLDER SALES NUMBER...
// outbox.jsonl keeps each request from before it is sent until its answer is in books.jsonl. The till can be killed at any moment
// and started again in the same folder: a request without an answer is sent again, with the same request id.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import { client, closeAll, euro, now, partnerToken, refusalOf, requestId, unique } from './gateway.mjs';

const [folder, sales, ...numbers] = process.argv.slice(2);
const refusals = ['INVALID_ARGUMENT', 'NOT_FOUND', 'ALREADY_EXISTS', 'FAILED_PRECONDITION', 'OUT_OF_RANGE'];
const any = (list) => list[Math.floor(Math.random() * list.length)];
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/** A file of JSON lines. A line is on the disk when add returns; a line that a crash cut off is dropped. */
function lines(path) {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  const file = openSync(path, 'a');
  return {
    all: whole.split('\n').filter(Boolean).map((line) => JSON.parse(line)),
    add(entry) { writeSync(file, `${JSON.stringify(entry)}\n`); fsyncSync(file); },
    close() { closeSync(file); },
  };
}

const outbox = lines(join(folder, 'outbox.jsonl'));
const books = lines(join(folder, 'books.jsonl'));
const answered = new Set(books.all.map((entry) => entry.request.request_id));
const waiting = outbox.all.filter((entry) => !answered.has(entry.request.request_id));
const sold = [];
const reserved = [];
const spent = [];
const services = {};

function next() {
  const kind = Math.floor(Math.random() * 6);
  const redemption_reference = kind === 1 ? spent.pop() : kind === 2 ? reserved.pop() : undefined;
  if (kind === 0 && sold.length > 0) return ['EarningService', 'ReversePurchase', { purchase_reference: sold.pop(), amount: euro(1) }];
  if (kind === 1 && redemption_reference) return ['RewardService', 'RefundRedemption', { redemption_reference }];
  if (kind === 2 && redemption_reference) return ['RewardService', any(['CaptureRedemption', 'ReleaseRedemption']), { redemption_reference }];
  if (kind < 4) {
    return ['RewardService', 'ReservePoints', {
      redemption_reference: unique('bill'), membership_number: any(numbers), amount_points: 10 * (1 + Math.floor(Math.random() * 9)), bill: euro(10), spend_now: kind === 3,
    }];
  }

  return ['EarningService', 'RecordPurchase', { purchase_reference: unique('receipt'), membership_number: any(numbers), amount: euro(1 + Math.floor(Math.random() * 40)), purchase_time: now() }];
}

async function sell(count) {
  for (let i = 0; i < count; i++) {
    const [service, method, body] = next();
    const entry = { service, method, request: { request_id: requestId(), ...body } };
    outbox.add(entry);
    waiting.push(entry);
    await pause(Math.random() * 20);
  }
}

/** The answer or the refusal of a request. While the gateway is away, this waits for it. */
async function send({ service, method, request }) {
  for (let wait = 100; ; wait = Math.min(2 * wait, 5000)) {
    try {
      services[service] ??= client(service, await partnerToken('beanery'));
      return { answer: await services[service][method](request) };
    } catch (error) {
      const code = grpc.status[error.code];
      if (refusals.includes(code)) return { refusal: refusalOf(error).reason };
      if (code === 'UNAUTHENTICATED') delete services[service];
      else if (code !== undefined && !['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED', 'CANCELLED'].includes(code)) throw error;
      await pause(wait);
    }
  }
}

let selling = true;
const ended = sell(Number(sales)).then(() => { selling = false; });
while (selling || waiting.length > 0) {
  const [entry] = waiting;
  if (!entry) {
    await pause(5);
    continue;
  }

  const outcome = await send(entry);
  books.add({ ...entry, ...outcome });
  waiting.shift();
  if (outcome.answer && entry.method === 'RecordPurchase') sold.push(entry.request.purchase_reference);
  if (outcome.answer && entry.method === 'ReservePoints') (entry.request.spend_now ? spent : reserved).push(entry.request.redemption_reference);
}

await ended;
outbox.close();
books.close();
closeAll();
