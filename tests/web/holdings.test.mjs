import assert from "node:assert/strict";
import { createCipheriv, randomBytes } from "node:crypto";
import { test } from "node:test";

import { collect } from "../../web/scripts/holdings.js";
import { open } from "../../web/scripts/jwe.js";

const KEY = randomBytes(32);
const part = (bytes) => Buffer.from(bytes).toString("base64url");

function seal(content, { key = KEY, header = { alg: "dir", enc: "A256GCM" } } = {}) {
  const first = part(JSON.stringify(header));
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(first, "ascii"));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(content)), cipher.final()]);
  return [first, "", part(iv), part(sealed), part(cipher.getAuthTag())].join(".");
}

test("what is sealed is opened with its key alone", async () => {
  assert.deepEqual(await open(seal([1.5, "ä"]), KEY), [1.5, "ä"]);
  await assert.rejects(open(seal([1]), randomBytes(32)));
});

test("what was changed on the way is not opened", async () => {
  const sealed = seal(["a"]).split(".");
  for (const index of [2, 3, 4]) {
    const changed = [...sealed];
    const bytes = Buffer.from(changed[index], "base64url");
    bytes[0] ^= 1;
    changed[index] = part(bytes);
    await assert.rejects(open(changed.join("."), KEY));
  }
  const other = [part(JSON.stringify({ alg: "dir", enc: "A256GCM", x: 1 })), ...sealed.slice(1)];
  await assert.rejects(open(other.join("."), KEY));
  await assert.rejects(open(seal([], { header: { alg: "RSA1_5", enc: "A256GCM" } }), KEY));
});

test("all pages become one, with the numbers of each encoding", async () => {
  const encoding = (reference) => ({ reference, model: "m", count: 2 });
  const numbers = (reference, n) => ({ reference, model: "m", numbers: [n, n] });
  const empty = { consent: { version: "v" }, references: [], encodings: [], api_keys: [], searches: [], photos: [] };
  const pages = {
    null: { ...empty, references: [1], encodings: [encoding("a")], sealed_encodings: seal([numbers("a", 0.5)]), next: "1" },
    1: { ...empty, encodings: [encoding("b")], searches: [2], sealed_encodings: seal([numbers("b", 0.25)]), next: "2" },
    2: { ...empty, photos: [3, 4], sealed_encodings: seal([]), next: null },
  };
  const asked = [];
  const held = await collect(async (after) => asked.push(after) && pages[after], KEY);
  assert.deepEqual(asked, [null, "1", "2"]);
  assert.deepEqual(held, {
    ...empty,
    references: [1],
    searches: [2],
    photos: [3, 4],
    encodings: [
      { ...encoding("a"), numbers: [0.5, 0.5] },
      { ...encoding("b"), numbers: [0.25, 0.25] },
    ],
  });
});
