// A partner whose tokens are bound to its key (RFC 9449): the token comes from a certified client, oauth4webapi, the calls from grpc-js.
import assert from 'node:assert/strict';
import { createHash, randomUUID, webcrypto } from 'node:crypto';
import { after, test } from 'node:test';
import grpc from '@grpc/grpc-js';
import { calculateJwkThumbprint, decodeJwt, exportJWK, SignJWT } from 'jose';
import { buy, client, closeAll, euro, newMember, now, partnerToken, refusalOf, requestId, sandbox, unique } from './gateway.mjs';

globalThis.crypto ??= webcrypto;
const oauth = await import('oauth4webapi');

after(closeAll);

const insecure = { [oauth.allowInsecureRequests]: true };
const issuer = new URL(sandbox.authority);
const partner = sandbox.partners.find((found) => found.partner_id === 'beanery');
const url = `${sandbox.grpc.replace(/\/$/, '')}/coalition.gateway.v1.EarningService/RecordPurchase`;

/** A key, and tokens of the partner that are bound to it. */
async function boundPartner() {
  const keys = await oauth.generateKeyPair('ES256', { extractable: true });
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }));
  assert.ok(server.dpop_signing_alg_values_supported.includes('ES256'));
  const me = { client_id: partner.client_id };
  const DPoP = oauth.DPoP(me, keys);
  const ask = async () => oauth.processClientCredentialsResponse(server, me, await oauth.clientCredentialsGrantRequest(
    server, me, oauth.ClientSecretPost(partner.client_secret), new URLSearchParams({ scope: 'earning.write' }), { DPoP, ...insecure },
  ));
  let answer;
  try {
    answer = await ask();
  } catch (error) {
    // The first request has no nonce. The library keeps the one that it got.
    assert.ok(oauth.isDPoPNonceError(error), error);
    answer = await ask();
  }

  return { keys, answer, token: answer.access_token };
}

/** A proof for one call, as a partner writes it in any language. */
async function proofOf(keys, token, { nonce, htu = url, jti = randomUUID() } = {}) {
  return new SignJWT({ jti, htm: 'POST', htu, ath: createHash('sha256').update(token).digest('base64url'), ...(nonce && { nonce }) })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: await exportJWK(keys.publicKey) })
    .setIssuedAt()
    .sign(keys.privateKey);
}

/** Records a purchase with any authorization. Resolves with the answer, or with the refusal and the nonce that came with it. */
function record(membership_number, authorization, proof) {
  const metadata = new grpc.Metadata();
  metadata.set('authorization', authorization);
  if (proof) metadata.set('dpop', proof);
  const request = { request_id: requestId(), purchase_reference: unique('receipt'), membership_number, amount: euro(4.2), purchase_time: now() };
  return new Promise((resolve) => {
    client('EarningService').$stub.RecordPurchase(request, metadata, { deadline: Date.now() + 20_000 }, (error, answer) => resolve(
      error ? { problem: refusalOf(error).metadata.problem, proof: refusalOf(error).metadata.proof, nonce: error.metadata.get('dpop-nonce')[0] } : { purchase: answer.purchase },
    ));
  });
}

test('a partner gets a bound token and records a purchase; the stolen token is refused', async () => {
  const { numbers } = await newMember('beanery');
  const { keys, answer, token } = await boundPartner();
  assert.equal(answer.token_type.toLowerCase(), 'dpop');
  assert.equal(decodeJwt(token).cnf.jkt, await calculateJwkThumbprint(await exportJWK(keys.publicKey)));

  // The first proof has no nonce, and the gateway's answer brings it.
  const first = await record(numbers.beanery, `DPoP ${token}`, await proofOf(keys, token));
  assert.equal(first.problem, 'nonce_needed');
  const { nonce } = first;
  const proof = await proofOf(keys, token, { nonce });
  const recorded = await record(numbers.beanery, `DPoP ${token}`, proof);
  assert.equal(recorded.purchase?.given_points, 42, JSON.stringify(recorded));

  // The thief has the token, and even a proof that was used; but not the key.
  const thief = await oauth.generateKeyPair('ES256', { extractable: true });
  const stolen = async (authorization, stolenProof) => (await record(numbers.beanery, authorization, stolenProof)).problem;
  assert.equal(await stolen(`Bearer ${token}`), 'wrong_scheme');
  assert.equal(await stolen(`DPoP ${token}`), 'proof_missing');
  assert.equal(await stolen(`DPoP ${token}`, proof), 'proof_replayed');
  assert.equal(await stolen(`DPoP ${token}`, await proofOf(thief, token, { nonce })), 'wrong_key');
  const other = await record(numbers.beanery, `DPoP ${token}`, await proofOf(keys, token, { nonce, htu: url.replace('RecordPurchase', 'ReversePurchase') }));
  assert.deepEqual([other.problem, other.proof], ['proof_invalid', 'htu']);
});

test('a partner without a key is served as before', async () => {
  const { numbers } = await newMember('beanery');
  assert.equal((await buy('beanery', numbers.beanery, 4.2)).given_points, 42);
  assert.equal((await record(numbers.beanery, `DPoP ${await partnerToken('beanery')}`, 'a.b.c')).problem, 'wrong_scheme');
});
