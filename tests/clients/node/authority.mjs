// A certified OpenID provider (oidc-provider) as the coalition's authority, for the contract tests. Its tokens have what the
// gateway needs from any authorization server, and nothing specific to this gateway. Settings are JSON on standard input:
// { issuer, port, keys: [private JWK...], scopes: [...], clients: [{ id, kind, secret?, method?, jwks?, redirect?, scopes }] }
import { Provider } from 'oidc-provider';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const settings = JSON.parse(Buffer.concat(chunks).toString('utf8'));
const resource = 'urn:coalition';
const kindOf = Object.fromEntries(settings.clients.map((client) => [client.id, client.kind]));

const provider = new Provider(settings.issuer, {
  jwks: { keys: settings.keys },
  scopes: settings.scopes,
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  clients: settings.clients.map((client) => ({
    client_id: client.id,
    ...(client.secret ? { client_secret: client.secret } : {}),
    ...(client.jwks ? { jwks: client.jwks } : {}),
    token_endpoint_auth_method: client.jwks ? 'private_key_jwt' : client.method ?? 'none',
    ...(client.jwks ? { token_endpoint_auth_signing_alg: 'ES256' } : {}),
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

provider.listen(settings.port, new URL(settings.issuer).hostname, () => console.log('ready'));
