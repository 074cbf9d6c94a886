// A certified OpenID provider (oidc-provider) as the coalition's authority, for the contract tests. Its tokens have what the
// gateway needs from any authorization server, and nothing specific to this gateway. Settings are JSON on standard input:
// { issuer, port, keys: [private JWK...], scopes: [...], clients: [{ id, kind, secret?, method?, jwks?, bound?, redirect?, scopes }],
//   tls?: { url, key, cert } }
// With tls, the same endpoints are at a second address too, which asks for a client certificate (RFC 8705, section 5). It takes any
// certificate: self-signed ones count by their thumbprint. A client with bound gets only tokens that are bound to its certificate.
import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import { Provider } from 'oidc-provider';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const settings = JSON.parse(Buffer.concat(chunks).toString('utf8'));
const resource = 'urn:coalition';
const kindOf = Object.fromEntries(settings.clients.map((client) => [client.id, client.kind]));

const provider = new Provider(settings.issuer, {
  jwks: { keys: settings.keys },
  scopes: settings.scopes,
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'self_signed_tls_client_auth', 'none'],
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  clients: settings.clients.map((client) => ({
    client_id: client.id,
    ...(client.secret ? { client_secret: client.secret } : {}),
    ...(client.jwks ? { jwks: client.jwks } : {}),
    token_endpoint_auth_method: client.method ?? 'none',
    ...(client.method === 'private_key_jwt' ? { token_endpoint_auth_signing_alg: 'ES256' } : {}),
    tls_client_certificate_bound_access_tokens: client.bound ?? false,
    application_type: client.redirect ? 'native' : 'web',
    grant_types: [client.redirect ? 'authorization_code' : 'client_credentials'],
    response_types: client.redirect ? ['code'] : [],
    redirect_uris: client.redirect ? [client.redirect] : [],
    scope: client.scopes.join(' '),
  })),

  // The gateway requires of a token: the form of RFC 9068, its own audience, five minutes at most, and the caller.
  features: {
    clientCredentials: { enabled: true },
    dPoP: { enabled: true },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      selfSignedTlsClientAuth: true,
      getCertificate(context) {
        const shown = context.socket.getPeerCertificate?.();
        return shown?.raw ? new X509Certificate(shown.raw) : undefined;
      },
    },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: settings.scopes.join(' '),
        audience: 'coalition-gateway',
        accessTokenFormat: 'jwt',
        accessTokenTTL: 300,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  ...(settings.tls ? { discovery: { mtls_endpoint_aliases: { token_endpoint: new URL('/token', settings.tls.url).href } } } : {}),
  formats: {
    customizers: {
      jwt(context, token, jwt) {
        jwt.payload.caller_kind = token.accountId ? 'member' : kindOf[token.clientId];
      },
    },
  },
  ttl: { AccessToken: 300, AuthorizationCode: 60, ClientCredentials: 300, Grant: 3600, Interaction: 600, Session: 3600 },
  pkce: { required: () => true },
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: ['contract-tests'] },
});

// Signs in the member that login_hint names, and grants the requested scopes.
provider.use(async (context, next) => {
  if (!context.path.startsWith('/interaction/')) return next();
  const { prompt, params, session } = await provider.interactionDetails(context.req, context.res);
  if (prompt.name === 'login') {
    await provider.interactionFinished(context.req, context.res, { login: { accountId: params.login_hint } }, { mergeWithLastSubmission: false });
  } else {
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    grant.addResourceScope(resource, params.scope);
    await provider.interactionFinished(context.req, context.res, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
  }
  context.respond = false;
});

const listening = [new Promise((resolve) => provider.listen(settings.port, new URL(settings.issuer).hostname, resolve))];
if (settings.tls) {
  const { url, key, cert } = settings.tls;
  const secured = createServer({ key, cert, requestCert: true, rejectUnauthorized: false }, provider.callback());
  listening.push(new Promise((resolve) => secured.listen(new URL(url).port, new URL(url).hostname, resolve)));
}

await Promise.all(listening);
console.log('ready');
