import assert from "node:assert/strict";
import { test } from "node:test";

import {
  bandWords,
  creditWords,
  dateWords,
  deletedWords,
  explain,
  failureWords,
  retentionWords,
  webAddress,
} from "../../web/scripts/words.js";

test("only addresses of the web become links", () => {
  assert.equal(webAddress("https://example.org/a"), "https://example.org/a");
  assert.equal(webAddress("http://127.0.0.1:3235/album/a.jpg"), "http://127.0.0.1:3235/album/a.jpg");
  const others = [
    "javascript:alert(1)",
    " JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "blob:https://example.org/1",
    "file:///etc/passwd",
    "/relative",
    "//example.org/a",
    "",
    null,
    undefined,
    7,
    {},
  ];
  for (const address of others) assert.equal(webAddress(address), null, String(address));
});

test("failures are counted by reason, in words where there are any", () => {
  const failures = { broken_picture: 2, some_new_code: 1 };
  assert.equal(failureWords(failures), "2 × the picture is broken, 1 × some new code");
  assert.equal(failureWords(undefined), "");
});

test("every error has words and a way out", () => {
  const words = [0, 401, 413, 429, 500].map((status) => explain({ status, message: "" }));
  assert.equal(new Set(words).size, words.length);
  assert.equal(explain({ status: 409, message: "Add a photo first." }), "Add a photo first.");
  assert.match(explain({ status: 400, message: "" }), /refused/);
});

test("dates are written out, and what is none is left out", () => {
  assert.match(dateWords("2026-11-20T09:30:00Z", "en-GB"), /20 Nov 2026/);
  for (const none of [null, undefined, "", "<b>"]) assert.equal(dateWords(none), "");
  assert.equal(creditWords({ author: "Ana" }), "Ana");
  assert.equal(creditWords({}), "");
});

test("a band or a kind that is new is still shown", () => {
  assert.equal(bandWords("sure"), "Surely you");
  assert.equal(bandWords("brand_new"), "brand new");
  assert.equal(deletedWords("share_links"), "share links");
});

test("retention is said in days", () => {
  const words = retentionWords({ reference_days: 90, search_days: 1 });
  assert.match(words, /your face .* 90 days .* search .* 1 day after/);
});

test("a fresh sign-in that is not accepted is not asked for again", () => {
  const words = explain({ status: 401, code: "rejected", message: "unknown key" });
  assert.match(words, /does not accept this sign-in \(unknown key\)/);
  assert.doesNotMatch(words, /again/);
});
