// This client's access to the gateway: the protos, the sandbox file, tokens, and calls as promises.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

if (!process.env.COALITION_SANDBOX) {
  throw new Error('Set COALITION_SANDBOX to the sandbox.json of a running gateway: coalition serve --sandbox');
}

export const sandbox = JSON.parse(readFileSync(process.env.COALITION_SANDBOX, 'utf8'));

const packageName = 'coalition.gateway.v1';
const files = ['audit', 'compliance', 'earning', 'member', 'pool', 'privacy', 'programme', 'reward', 'transfer'].map((name) => `coalition/gateway/v1/${name}.proto`);
const definitions = protoLoader.loadSync([...files, 'google/rpc/error_details.proto', 'google/rpc/status.proto'], {
  includeDirs: [fileURLToPath(new URL('../../../protos', import.meta.url))],
  keepCase: true,
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
});

const services = grpc.loadPackageDefinition(definitions);
const address = new URL(sandbox.grpc).host;
const opened = [];

/** A client of a service, such as 'EarningService'. Calls return promises; calls that stream answers return streams. $stub is grpc-js's own. */
export function client(service, token) {
  const Service = `${packageName}.${service}`.split('.').reduce((found, part) => found[part], services);
  const stub = new Service(address, grpc.credentials.createInsecure());
  opened.push(stub);
  const metadata = new grpc.Metadata();
  if (token) {
    metadata.set('authorization', `Bearer ${token}`);
  }

  return new Proxy(stub, {
    get: (target, method) => {
      if (method === '$stub') return target;
      const { requestStream, responseStream } = Service.service[method] ?? {};
      if (requestStream) return () => target[method](metadata);
      if (responseStream) return (request) => target[method](request, metadata, { deadline: Date.now() + 20_000 });
      return (request) => new Promise((resolve, reject) => {
        target[method](request, metadata, { deadline: Date.now() + 20_000 }, (error, answer) => (error ? reject(error) : resolve(answer)));
      });
    },
  });
}

export function closeAll() {
  opened.splice(0).forEach((stub) => stub.close());
}

/** A partner's access token: client_credentials. */
export async function partnerToken(partnerId, scope) {
  const partner = sandbox.partners.find((found) => found.partner_id === partnerId);
  return token({
    grant_type: 'client_credentials', client_id: partner.client_id, client_secret: partner.client_secret, ...(scope && { scope }),
  });
}

/** A member's access token: authorization code and PKCE (RFC 7636); the redirect is read, not followed. */
export async function memberToken(membershipNumber, redirect = 'http://127.0.0.1:7/callback') {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const { client_id } = sandbox.members_client;
  const question = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri: redirect,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    login_hint: membershipNumber,
  });
  const answer = await fetch(`${sandbox.authorize_endpoint}?${question}`, { redirect: 'manual' });
  const redirected = new URL(answer.headers.get('location'));
  const given = Object.fromEntries(redirected.searchParams);
  if (answer.status !== 302 || given.state !== state || given.iss !== sandbox.authority || !given.code) {
    throw new Error(`${answer.status} ${redirected}`);
  }

  return token({ grant_type: 'authorization_code', code: given.code, redirect_uri: redirect, client_id, code_verifier: verifier });
}

async function token(form) {
  const answer = await fetch(sandbox.token_endpoint, { method: 'POST', body: new URLSearchParams(form) });
  const body = await answer.json();
  if (!answer.ok || body.token_type !== 'Bearer') {
    throw new Error(`${answer.status} ${JSON.stringify(body)}`);
  }

  return body.access_token;
}

/** The refusal of a failed call: code, reason and metadata of the status details' ErrorInfo. */
export function refusalOf(error) {
  const [bytes] = error.metadata?.get('grpc-status-details-bin') ?? [];
  if (!bytes) {
    throw new Error(`The status has no details: ${error.message}`);
  }

  return { ...detailsOf(definitions['google.rpc.Status'].deserialize(bytes)), code: grpc.status[error.code] };
}

/** The same for a google.rpc.Status, the form in which entries of a stream are refused. */
export function detailsOf(status) {
  const any = status.details.find((detail) => detail.type_url === 'type.googleapis.com/google.rpc.ErrorInfo');
  const { reason, domain, metadata } = definitions['google.rpc.ErrorInfo'].deserialize(any.value);
  return { code: grpc.status[status.code], reason, domain, metadata };
}

/** The refusal of a call. If the call succeeds, this is an error. */
export async function refused(call) {
  let answer;
  try {
    answer = await call;
  } catch (error) {
    return refusalOf(error);
  }

  throw new Error(`expected a refusal, got ${JSON.stringify(answer)}`);
}

/** A number, reference or id that no other run has used. */
export const unique = (prefix) => `${prefix}-${randomUUID().slice(0, 18)}`;

export const requestId = () => randomUUID();

export const euro = (units) => ({ currency_code: 'EUR', micros: Math.round(units * 1_000_000) });

export function now() {
  const milliseconds = Date.now();
  return { seconds: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1_000_000 };
}

/**
 * A new member in the programmes of the partners: enrolled with the first partner, linked to the others with one-time
 * codes. Returns the membership numbers by partner, and the member's token.
 */
export async function newMember(...partnerIds) {
  const numbers = {};
  let member;
  for (const partnerId of partnerIds) {
    const members = client('MemberService', await partnerToken(partnerId));
    const number = numbers[partnerId] = unique('N');
    await members.EnrollMember({ request_id: requestId(), membership_number: number });
    if (member) {
      const { link_code } = await members.CreateLinkCode({ request_id: requestId(), membership_number: number });
      const { programme_id } = sandbox.partners.find((partner) => partner.partner_id === partnerId);
      await client('MemberService', member).LinkMembership({ request_id: requestId(), programme_id, membership_number: number, link_code });
    } else {
      member = await memberToken(number);
    }
  }

  return { numbers, token: member };
}

/** The points that a member holds, by programme. */
export async function balances(token) {
  const answer = await client('MemberService', token).GetBalances({});
  return Object.fromEntries(answer.balances.map((balance) => [balance.programme_id, balance.available_points]));
}

/** Records a purchase in euro and returns the points that it earned. */
export async function buy(partnerId, membershipNumber, units, request_id = requestId(), purchase_reference = unique('receipt')) {
  const request = { request_id, purchase_reference, membership_number: membershipNumber, amount: euro(units), purchase_time: now() };
  return (await client('EarningService', await partnerToken(partnerId)).RecordPurchase(request)).purchase;
}
