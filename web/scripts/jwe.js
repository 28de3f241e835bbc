import { fromBase64url, jsonFromBase64url } from "./bytes.js";

/**
 * What a compact JWE holds that was sealed with `key` itself (RFC 7518: "dir" and "A256GCM").
 *
 * @param {string} jwe @param {Uint8Array} key 32 bytes
 * @returns {Promise<any>} the JSON in it; throws where it is not for this key or was changed
 */
export async function open(jwe, key) {
  const [header, , iv, ciphertext, tag] = jwe.split(".");
  const { alg, enc } = jsonFromBase64url(header);
  if (alg !== "dir" || enc !== "A256GCM") throw new Error(`sealed with ${alg} and ${enc}`);
  const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
  const parameters = {
    name: "AES-GCM",
    iv: fromBase64url(iv),
    additionalData: new TextEncoder().encode(header),
  };
  // WebCrypto expects the tag at the end of the ciphertext.
  const sealed = new Uint8Array([...fromBase64url(ciphertext), ...fromBase64url(tag)]);
  const opened = await crypto.subtle.decrypt(parameters, imported, sealed);
  return JSON.parse(new TextDecoder().decode(opened));
}
