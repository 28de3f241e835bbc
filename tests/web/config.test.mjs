import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { isSafe, readConfig } from "../../web/scripts/config.js";

const EXAMPLE = JSON.parse(readFileSync(new URL("../../web/config.example.json", import.meta.url)));

test("the example is right", () => {
  const { api, signIn, sources } = readConfig(EXAMPLE);
  assert.match(api, /findme-api$/);
  assert.deepEqual(signIn, EXAMPLE.signIn);
  assert.equal(sources.length, 1);
  const without = { ...EXAMPLE, signIn: { ...signIn, parameters: undefined } };
  assert.deepEqual(readConfig(without).signIn.parameters, {});
});

const signIn = (change) => ({ ...EXAMPLE, signIn: { ...EXAMPLE.signIn, ...change } });

for (const [given, words] of [
  [null, /config.json has to be an object/],
  [[], /config.json has to be an object/],
  [{ ...EXAMPLE, api: undefined }, /api has to be a text/],
  [{ ...EXAMPLE, api: "openwhisk.example.org" }, /api has to be an address with https/],
  [{ ...EXAMPLE, signIn: undefined }, /signIn has to be an object/],
  [signIn({ issuer: "http://sign-in.example.org/" }), /signIn.issuer has to be an address with https/],
  [signIn({ clientId: 7 }), /signIn.clientId has to be a text/],
  [signIn({ scope: "findme:search" }), /signIn.scope has to contain openid/],
  [signIn({ parameters: { audience: 7 } }), /signIn.parameters has to be a text/],
  [{ ...EXAMPLE, sources: [] }, /sources has to be a list/],
  [{ ...EXAMPLE, sources: [{ source: "album" }] }, /sources has to be a list/],
]) {
  test(`what is wrong is named: ${words}`, () => {
    assert.throws(() => readConfig(given), { message: words });
  });
}

test("tokens travel over TLS or stay on this machine", () => {
  const safe = ["https://a.example/x", "http://127.0.0.1:3235/issuer", "http://localhost/", "http://[::1]:1/"];
  const others = ["http://a.example/", "http://127.0.0.1.example/", "ftp://localhost/", "/token", "", undefined];
  assert.deepEqual(safe.map(isSafe), [true, true, true, true]);
  for (const address of others) assert.equal(isSafe(address), false, address);
});
