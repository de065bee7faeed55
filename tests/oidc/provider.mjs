// A real OpenID provider on the loopback, for the log-in tests: it asks nobody for a password, and can be told
// (POST /test) who is at the keyboard, at which level of assurance, and which lie to tell next.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";
import * as jose from "jose";

const [callback, afterLogout] = process.argv.slice(2);
const ALG = "RS256";
const CLIENT = "orsen-tests";
const ACRS = ["eidas1", "eidas2", "https://proconnect.gouv.fr/assurance/self-asserted"];
const told = { account: {}, acr: "eidas1", lie: "", plainUserinfo: false };

const honest = await jose.generateKeyPair(ALG, { extractable: true });
const rogue = await jose.generateKeyPair(ALG, { extractable: true });
const jwk = { ...(await jose.exportJWK(honest.privateKey)), kid: "honest", use: "sig", alg: ALG };

const server = createServer();
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

const client = (id, extra) => ({
  client_id: id,
  client_secret: "secret-des-essais-secret-des-essais",
  redirect_uris: [callback],
  post_logout_redirect_uris: [afterLogout],
  response_types: ["code"],
  grant_types: ["authorization_code"],
  token_endpoint_auth_method: "client_secret_post",
  id_token_signed_response_alg: ALG,
  ...extra,
});

const provider = new Provider(issuer, {
  clients: [
    client(CLIENT, { userinfo_signed_response_alg: ALG }),
    client(`${CLIENT}-plain`, {}),
  ],
  jwks: { keys: [jwk] },
  cookies: { keys: ["une-cle-pour-les-essais"] },
  acrValues: ACRS,
  scopes: ["openid", "email", "siret"],
  claims: { openid: ["sub"], email: ["email", "email_verified"], siret: ["siret"], acr: null, auth_time: null },
  conformIdTokenClaims: true,
  features: {
    devInteractions: { enabled: false },
    jwtUserinfo: { enabled: true },
    claimsParameter: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource, postLogoutSuccessSource: (ctx) => { ctx.body = "out"; } },
  },
  pkce: { required: () => false },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ ...told.account, sub: id }) }),
  async loadExistingGrant(ctx) {
    const { client, session } = ctx.oidc;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid email siret");
    grant.addOIDCClaims(["acr", "auth_time"]);
    await grant.save();
    return grant;
  },
});
// Real providers refuse an essential level that they cannot reach; ours must be able to answer with a weaker one.
provider.on("server_error", (_ctx, error) => console.error(error));

function logoutSource(ctx, form) {
  ctx.body = `<!doctype html>${form.replace("</form>", '<input type="hidden" name="logout" value="yes"></form>')}`;
}

const base64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const signed = (claims, key, alg = ALG, kid = "honest") =>
  new jose.SignJWT(claims).setProtectedHeader({ alg, kid, typ: "JWT" }).sign(key);

// Each lie is told in one of the two tokens; the others are as the provider made them.
const lies = {
  "acr absent": ({ acr: _acr, ...claims }) => signed(claims, honest.privateKey),
  "acr weak": (claims) => signed({ ...claims, acr: "https://proconnect.gouv.fr/assurance/self-asserted" }, honest.privateKey),
  "wrong signature": (claims) => signed(claims, rogue.privateKey),
  "unknown key": (claims) => signed(claims, rogue.privateKey, ALG, "other"),
  "wrong issuer": (claims) => signed({ ...claims, iss: "https://ailleurs.test" }, honest.privateKey),
  "wrong audience": (claims) => signed({ ...claims, aud: "another-client" }, honest.privateKey),
  "foreign audience too": (claims) => signed({ ...claims, aud: [claims.aud, "other"], azp: "other" }, honest.privateKey),
  "wrong nonce": (claims) => signed({ ...claims, nonce: "another-log-in" }, honest.privateKey),
  "no nonce": ({ nonce: _nonce, ...claims }) => signed(claims, honest.privateKey),
  expired: (claims) => signed({ ...claims, exp: Math.floor(Date.now() / 1000) - 120 }, honest.privateKey),
  "no expiry": ({ exp: _exp, ...claims }) => signed(claims, honest.privateKey),
  "alg none": (claims) => `${base64({ alg: "none", kid: "honest" })}.${base64(claims)}.`,
  "alg HS256": async (claims) =>
    signed(claims, new TextEncoder().encode(await jose.exportSPKI(honest.publicKey)), "HS256"),
  "another subject": (claims) => signed({ ...claims, sub: "somebody-else" }, honest.privateKey),
};

async function told_lie(token, where) {
  const [place, name] = told.lie.split(": ");
  return place === where ? lies[name](jose.decodeJwt(token)) : token;
}

provider.use(async (ctx, next) => {
  await next();
  if (ctx.path === "/token" && ctx.body?.id_token) {
    ctx.body = { ...ctx.body, id_token: await told_lie(ctx.body.id_token, "id_token") };
  }
  if (ctx.path === "/me" && typeof ctx.body === "string") {
    const token = await told_lie(ctx.body, "userinfo");
    ctx.body = told.plainUserinfo ? JSON.stringify(jose.decodeJwt(token)) : token;
    if (told.plainUserinfo) ctx.type = "application/json";
  }
});

const answer = provider.callback();
server.on("request", async (request, response) => {
  if (request.url === "/test") {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    Object.assign(told, { lie: "", plainUserinfo: false }, JSON.parse(Buffer.concat(chunks)));
    return response.end("{}");
  }
  if (request.url.startsWith("/interaction/")) {
    if (told.lie === "cancelled") {
      return provider.interactionFinished(request, response, { error: "access_denied" });
    }
    const login = { accountId: told.account.sub, acr: told.acr, ts: Math.floor(Date.now() / 1000) - (told.age ?? 0) };
    return provider.interactionFinished(request, response, { login });
  }
  return answer(request, response);
});

console.log(JSON.stringify({ issuer }));
