/** The page's configuration is missing or wrong: the message names the field and the remedy. */
export class ConfigError extends Error {}

/**
 * @typedef {object} SignIn
 * @property {string} issuer      the OpenID provider, as its tokens name it
 * @property {string} clientId
 * @property {string} scope
 * @property {Record<string, string>} parameters  more that the provider wants to be told
 */

/** @returns {Promise<{api: string, signIn: SignIn, sources: object[]}>} throws ConfigError */
export async function loadConfig() {
  const response = await fetch("config.json", { cache: "no-store" }).catch(() => null);
  if (response === null) throw new ConfigError("config.json cannot be read: its server does not answer.");
  if (response.status === 404) {
    throw new ConfigError("config.json is missing: copy config.example.json and fill it in.");
  }
  if (!response.ok) throw new ConfigError(`config.json cannot be read: status ${response.status}.`);
  const given = await response.json().catch(() => {
    throw new ConfigError("config.json is not JSON.");
  });
  return readConfig(given);
}

/** Throws ConfigError. */
export function readConfig(given) {
  const { api, signIn, sources } = object(given, "config.json");
  const { issuer, clientId, scope, parameters = {} } = object(signIn, "signIn");
  for (const value of Object.values(object(parameters, "signIn.parameters"))) {
    text(value, "each of signIn.parameters");
  }
  return {
    api: address(api, "api").replace(/\/$/, ""),
    signIn: {
      issuer: address(issuer, "signIn.issuer"),
      clientId: text(clientId, "signIn.clientId"),
      scope: scopeOf(scope),
      parameters,
    },
    sources: sourcesOf(sources),
  };
}

/** Tokens travel here: over TLS, or not further than this machine. @param {string} text */
export function isSafe(text) {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  return protocol === "https:" || (protocol === "http:" && loopback);
}

function object(value, name) {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new ConfigError(`config.json is wrong: ${name} has to be an object.`);
}

function text(value, name) {
  if (typeof value === "string" && value !== "") return value;
  throw new ConfigError(`config.json is wrong: ${name} has to be a text.`);
}

function address(value, name) {
  if (isSafe(text(value, name))) return value;
  throw new ConfigError(`config.json is wrong: ${name} has to be an address with https.`);
}

function scopeOf(value) {
  if (text(value, "signIn.scope").split(" ").includes("openid")) return value;
  throw new ConfigError("config.json is wrong: signIn.scope has to contain openid.");
}

function sourcesOf(value) {
  const right = (entry) => ["source", "title", "query"].every((name) => typeof entry?.[name] === "string");
  if (Array.isArray(value) && value.length > 0 && value.every(right)) return value;
  throw new ConfigError("config.json is wrong: sources has to be a list of {source, title, query}.");
}
