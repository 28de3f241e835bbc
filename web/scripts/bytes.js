/** @param {Uint8Array} bytes */
export function base64url(bytes) {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string} text base64url; throws where it is none */
export function fromBase64url(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** @param {string} text base64url of JSON; throws where it is none */
export function jsonFromBase64url(text) {
  return JSON.parse(new TextDecoder().decode(fromBase64url(text)));
}

export function randomBytes(count) {
  return crypto.getRandomValues(new Uint8Array(count));
}
