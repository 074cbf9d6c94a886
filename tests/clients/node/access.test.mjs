import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { client, closeAll, memberToken, partnerToken, refused, requestId, sandbox, unique } from './gateway.mjs';

after(closeAll);

test('without a token every service answers UNAUTHENTICATED / TOKEN_INVALID', async () => {
  for (const [service, method] of [['ProgrammeService', 'ListProgrammes'], ['MemberService', 'GetBalances'], ['TransferService', 'ListTransfers'], ['PoolService', 'ListPools']]) {
    const { code, reason } = await refused(client(service)[method]({}));
    assert.deepEqual([service, code, reason], [service, 'UNAUTHENTICATED', 'TOKEN_INVALID']);
  }
});

test('a token whose signature was changed answers UNAUTHENTICATED / TOKEN_INVALID', async () => {
  const token = await partnerToken('beanery');
  const [header, claims, signature] = token.split('.');
  const changed = `${header}.${claims}.${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
  const { code, reason } = await refused(client('ProgrammeService', changed).ListProgrammes({}));
  assert.deepEqual([code, reason], ['UNAUTHENTICATED', 'TOKEN_INVALID']);
});

test('a token without the scope answers PERMISSION_DENIED / SCOPE_MISSING and names the scope', async () => {
  const till = client('MemberService', await partnerToken('beanery', 'earning.write'));
  const refusal = await refused(till.EnrollMember({ request_id: requestId(), membership_number: 'N-1' }));
  assert.deepEqual([refusal.code, refusal.reason, refusal.metadata.missing], ['PERMISSION_DENIED', 'SCOPE_MISSING', 'members.enroll']);
});

test('a request for a scope that the client lacks gives no token', async () => {
  await assert.rejects(partnerToken('beanery', 'programmes.manage'), /invalid_scope/);
});

test('a wrong secret gives no token', async () => {
  const [partner] = sandbox.partners;
  const answer = await fetch(sandbox.token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: partner.client_id, client_secret: `${partner.client_secret}x` }),
  });
  assert.equal(answer.status, 401);
  assert.equal((await answer.json()).error, 'invalid_client');
});

test('nobody is signed in without an existing membership number', async () => {
  await assert.rejects(memberToken(unique('nobody')), /login_required/);
});
