import { isSafe } from "../config.js";
import { SignInError } from "./error.js";
import { getJson } from "./http.js";

const NEEDED = ["authorization_endpoint", "token_endpoint"];
const OPTIONAL = ["revocation_endpoint", "end_session_endpoint"];

/** The provider's metadata (OpenID Connect Discovery 1.0); throws SignInError. */
export async function discover(issuer) {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  return checkMetadata(await getJson(address), issuer);
}

/** Throws SignInError. */
export function checkMetadata(metadata, issuer) {
  if (metadata.issuer !== issuer) {
    throw new SignInError("bad_discovery", `its issuer is ${metadata.issuer} and not ${issuer}`);
  }
  for (const name of [...NEEDED, ...OPTIONAL]) {
    const given = metadata[name];
    const missing = given === undefined && OPTIONAL.includes(name);
    if (!missing && !isSafe(given)) throw new SignInError("bad_discovery", `its ${name} is ${given}`);
  }
  const methods = metadata.code_challenge_methods_supported;
  if (methods && !methods.includes("S256")) {
    throw new SignInError("bad_discovery", "it does not support PKCE with S256");
  }
  return metadata;
}
