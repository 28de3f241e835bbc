import { authorizationAddress } from "./authorization.js";
import { discover } from "./discovery.js";
import { postForm } from "./http.js";

/**
 * This page as the provider's client: public, so that it proves itself by PKCE alone.
 *
 * @param {import("../config.js").SignIn} signIn @param {string} redirect the page's own address
 */
export function createClient(signIn, redirect) {
  const { issuer, clientId, parameters } = signIn;
  let found = null;

  function metadata() {
    found ??= discover(issuer).catch((error) => {
      found = null;
      throw error;
    });
    return found;
  }

  async function tokens(fields) {
    const { token_endpoint: endpoint } = await metadata();
    return postForm(endpoint, { ...parameters, client_id: clientId, ...fields });
  }

  return {
    metadata,
    address: async (pending) =>
      authorizationAddress(await metadata(), signIn, redirect, pending),
    exchange: (code, verifier) =>
      tokens({
        grant_type: "authorization_code",
        code,
        code_verifier: verifier,
        redirect_uri: redirect,
      }),
    refresh: (token) => tokens({ grant_type: "refresh_token", refresh_token: token }),
    /** Where the provider has no such endpoint, its token runs out by itself. */
    revoke: async (token) => {
      const { revocation_endpoint: endpoint } = await metadata();
      const fields = { token, token_type_hint: "refresh_token", client_id: clientId };
      if (endpoint) await postForm(endpoint, fields);
    },
  };
}
