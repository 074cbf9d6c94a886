// The commands of docs/formats/README.md write proof files with nothing but the contract. The files are then verified.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { client, closeAll, newMember, partnerToken, sandbox } from './gateway.mjs';
import { check } from './verifier.mjs';

const platform = process.arch === 'arm64' ? 'aarch64' : process.arch;
const buf = fileURLToPath(new URL(`node_modules/@bufbuild/buf-${process.platform}-${platform}/bin/buf`, import.meta.url));
const page = readFileSync(new URL('../../../docs/formats/README.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'coalition-recipes-'));

after(() => { closeAll(); rmSync(folder, { recursive: true }); });

const skip = (!existsSync(buf) || !hasJq()) && 'buf or jq is not installed';

function hasJq() {
  try {
    return execFileSync('jq', ['--version']).length > 0;
  } catch {
    return false;
  }
}

/** Runs the first shell block below a heading, against this sandbox. */
async function run(heading, environment) {
  const [, script] = /```sh\n([\s\S]*?)```/.exec(page.slice(page.indexOf(heading)));
  await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script.replaceAll('http://127.0.0.1:5100', sandbox.grpc)], {
    cwd: folder, env: { ...process.env, ...environment, PATH: `${dirname(buf)}:${process.env.PATH}` },
  });
}

async function latest(audit) {
  const { checkpoint } = await audit.GetCheckpoint({});
  return checkpoint;
}

test('a partner writes a consistency proof from a checkpoint that it kept', { skip }, async () => {
  const token = await partnerToken('beanery');
  const audit = client('AuditService', token);
  const kept = await latest(audit);
  writeFileSync(join(folder, 'checkpoint.json'), JSON.stringify({ checkpoint: { size: `${kept.size}`, note: kept.note, verifierKey: kept.verifier_key } }));
  await newMember('beanery');
  for (let i = 0; i < 50 && (await latest(audit)).size === kept.size; i += 1) await new Promise((resolve) => setTimeout(resolve, 100));
  await run('## Consistency proof', { TOKEN: token });
  const proved = check(readFileSync(join(folder, 'consistency.json')), kept.verifier_key);
  assert.equal(proved.from, BigInt(kept.size));
  assert.ok(proved.to > proved.from);
});

test('a member writes a bundle of a consent of their own', { skip }, async () => {
  const member = await newMember('beanery');
  const { notice } = await client('ConsentService', member.token).GetNotice({ language: 'sv' });
  const { consent } = await client('ConsentService', member.token).GiveConsent({
    request_id: crypto.randomUUID(), partner_id: 'beanery', purpose: 'PURPOSE_MARKETING', categories: ['DATA_CATEGORY_CONTACT'],
    notice_version: notice.version, notice_language: notice.language,
  });
  const audit = client('AuditService', member.token);
  for (let i = 0; i < 50 && (await audit.ListEvents({})).events.length < 2; i += 1) await new Promise((resolve) => setTimeout(resolve, 100));
  await run('### A bundle from the contract', { MEMBER: member.token, EVENT: consent.consent_event_id });
  const proved = check(readFileSync(join(folder, 'bundle.json')), (await latest(audit)).verifier_key);
  assert.deepEqual([proved.event.kind, proved.event.partner_id, proved.event.categories], ['ConsentGiven', 'beanery', '4']);
});
