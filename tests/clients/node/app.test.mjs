// An app of members, written with a certified client, openid-client: PAR, code, id token, refresh, introspection, revocation.
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { after, test } from 'node:test';
import { client, closeAll, newMember, refusalOf, sandbox } from './gateway.mjs';

globalThis.crypto ??= webcrypto;
const openid = await import('openid-client');

after(closeAll);

const redirect_uri = 'http://127.0.0.1:7/callback';
const insecure = { execute: [openid.allowInsecureRequests] };
const partner = sandbox.partners.find((found) => found.partner_id === 'beanery');
const app = () => openid.discovery(new URL(sandbox.authority), sandbox.members_client.client_id, undefined, openid.None(), insecure);
const asPartner = () => openid.discovery(new URL(sandbox.authority), partner.client_id, partner.client_secret, openid.ClientSecretPost(partner.client_secret), insecure);

/** Signs a member in by a pushed request. The sandbox needs no passkey, and the redirect is read, not followed. */
async function signIn(config, login_hint, scope) {
  const [pkceCodeVerifier, expectedState, expectedNonce] = [openid.randomPKCECodeVerifier(), openid.randomState(), openid.randomNonce()];
  const code_challenge = await openid.calculatePKCECodeChallenge(pkceCodeVerifier);
  const address = await openid.buildAuthorizationUrlWithPAR(config, {
    redirect_uri, scope, login_hint, code_challenge, code_challenge_method: 'S256', state: expectedState, nonce: expectedNonce,
  });
  assert.deepEqual([...address.searchParams.keys()].sort(), ['client_id', 'request_uri']);
  const answer = await fetch(address, { redirect: 'manual' });
  return openid.authorizationCodeGrant(config, new URL(answer.headers.get('location')), { pkceCodeVerifier, expectedState, expectedNonce });
}

const isRefused = (error) => (call) => assert.rejects(call, (failed) => failed.error === error);

test('an app signs a member in by a pushed request, and reads the balances', async () => {
  const { numbers, token } = await newMember('beanery');
  const tokens = await signIn(await app(), numbers.beanery, 'openid balances.read offline_access');
  assert.equal(tokens.token_type, 'bearer');
  assert.equal(tokens.claims().aud, sandbox.members_client.client_id);
  assert.equal(tokens.claims().sub, JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sub);
  assert.equal((await client('MemberService', tokens.access_token).GetBalances({})).balances.length, 1);
});

test('a refresh token works once; whoever uses it again ends all that came of it', async () => {
  const { numbers } = await newMember('beanery');
  const config = await app();
  const first = await signIn(config, numbers.beanery, 'openid balances.read offline_access');
  const second = await openid.refreshTokenGrant(config, first.refresh_token);
  assert.notEqual(second.refresh_token, first.refresh_token);
  const third = await openid.refreshTokenGrant(config, second.refresh_token);
  await isRefused('invalid_grant')(openid.refreshTokenGrant(config, first.refresh_token));
  await isRefused('invalid_grant')(openid.refreshTokenGrant(config, third.refresh_token));
});

test('a partner reads what its token is, and ends it', async () => {
  const config = await asPartner();
  const { access_token } = await openid.clientCredentialsGrant(config, { scope: 'earning.write' });
  const told = await openid.tokenIntrospection(config, access_token);
  assert.deepEqual([told.active, told.scope, told.client_id, told.iss], [true, 'earning.write', partner.client_id, sandbox.authority]);
  await openid.tokenRevocation(config, access_token);
  assert.equal((await openid.tokenIntrospection(config, access_token)).active, false);
  await assert.rejects(client('EarningService', access_token).RecordPurchase({}), (failed) => refusalOf(failed).metadata.problem === 'revoked');
});

test('an app ends the session, and the browser comes back to it', async () => {
  const { numbers } = await newMember('beanery');
  const config = await app();
  const { id_token } = await signIn(config, numbers.beanery, 'openid balances.read');
  const end = (parameters) => fetch(openid.buildEndSessionUrl(config, parameters), { redirect: 'manual' });
  const ended = await end({ id_token_hint: id_token, post_logout_redirect_uri: redirect_uri, state: 'bye' });
  assert.deepEqual([ended.status, ended.headers.get('location')], [302, `${redirect_uri}?state=bye`]);
  assert.equal((await end({ id_token_hint: id_token, post_logout_redirect_uri: 'https://evil.example/' })).status, 400);
  assert.equal((await end({ post_logout_redirect_uri: redirect_uri, client_id: '' })).status, 400);
  assert.equal((await end({ id_token_hint: `${id_token}x`, post_logout_redirect_uri: redirect_uri })).status, 400);
  assert.match((await end({})).headers.get('location'), /\/sign-in$/);
});
