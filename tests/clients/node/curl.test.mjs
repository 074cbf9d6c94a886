// buf curl has none of our protos. It uses the gateway's reflection.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { partnerToken, sandbox } from './gateway.mjs';

const platform = process.arch === 'arm64' ? 'aarch64' : process.arch;
const buf = fileURLToPath(new URL(`node_modules/@bufbuild/buf-${process.platform}-${platform}/bin/buf`, import.meta.url));
const skip = !existsSync(buf) && `buf is not installed for ${process.platform} on ${platform}`;

const curl = (...options) => promisify(execFile)(buf, ['curl', '--protocol', 'grpc', '--http2-prior-knowledge', ...options]);

test('buf curl lists the services by reflection', { skip }, async () => {
  const services = (await curl('--list-services', sandbox.grpc)).stdout.trim().split('\n');
  const own = ['Audit', 'Client', 'Compliance', 'Consent', 'Earning', 'Member', 'Movement', 'People', 'Pool', 'Privacy', 'Programme', 'Proposal', 'Reward', 'Rule', 'SignIn', 'Transfer'].map((name) => `coalition.gateway.v1.${name}Service`);
  assert.deepEqual(services, [...own, 'grpc.health.v1.Health', 'grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection']);
});

test('buf curl calls ListProgrammes with a token', { skip }, async () => {
  const token = await partnerToken('aurora-air');
  const { stdout } = await curl('--header', `authorization: Bearer ${token}`, '--data', '{}', `${sandbox.grpc}/coalition.gateway.v1.ProgrammeService/ListProgrammes`);
  const ids = JSON.parse(stdout).programmes.map((programme) => programme.programmeId);
  assert.deepEqual(ids, sandbox.programmes.map((programme) => programme.programme_id).sort());
});

test('buf curl without a token fails as unauthenticated', { skip }, async () => {
  await assert.rejects(curl('--data', '{}', `${sandbox.grpc}/coalition.gateway.v1.ProgrammeService/ListProgrammes`), (error) => {
    assert.equal(JSON.parse(error.stderr).code, 'unauthenticated');
    return true;
  });
});

test('the health service answers SERVING without a token', { skip }, async () => {
  const { stdout } = await curl('--data', '{}', `${sandbox.grpc}/grpc.health.v1.Health/Check`);
  assert.equal(JSON.parse(stdout).status, 'SERVING');
});
