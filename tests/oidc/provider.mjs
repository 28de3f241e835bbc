// The certified OpenID provider of npm's oidc-provider, with this page as its one client.
// Arguments: the folder of the installed packages, and the page's address.
import { createServer } from "node:http";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const TOKEN_SECONDS = 10;
const RESOURCE = "urn:findme:api";

const [modules, page] = process.argv.slice(2);
const installed = pathToFileURL(join(modules, "oidc-provider", "lib", "index.js"));
const { Provider } = await import(installed);

function key(type, options, alg) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: "jwk" }), alg, use: "sig", kid: alg };
}

const configuration = {
  clients: [
    {
      client_id: "page",
      application_type: "web",
      token_endpoint_auth_method: "none",
      redirect_uris: [page],
      post_logout_redirect_uris: [page],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      id_token_signed_response_alg: "ES256",
    },
  ],
  clientBasedCORS: (_, origin) => `${origin}/` === page,
  cookies: { keys: ["of no worth beyond this test"] },
  features: {
    devInteractions: { enabled: true },
    revocation: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({
        scope: "findme:enrol findme:search findme:data",
        audience: "findme",
        accessTokenFormat: "jwt",
        accessTokenTTL: TOKEN_SECONDS,
        jwt: { sign: { alg: "ES256" } },
      }),
      useGrantedResource: () => true,
      defaultResource: () => RESOURCE,
    },
  },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  jwks: { keys: [key("ec", { namedCurve: "P-256" }, "ES256"), key("rsa", { modulusLength: 2048 }, "RS256")] },
  scopes: ["openid", "offline_access"],
  ttl: { AuthorizationCode: 60, IdToken: 600, RefreshToken: 600, Grant: 600, Interaction: 600, Session: 600 },
};

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  server.on("request", new Provider(issuer, configuration).callback());
  console.log(`provider at ${issuer}`);
});
