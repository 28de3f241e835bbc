import assert from "node:assert/strict";
import { test } from "node:test";

import { SignInError } from "../../web/scripts/oidc/error.js";
import { createSession } from "../../web/scripts/oidc/session.js";

const KEY = "findme.session";

/** A session with a provider that gives a1/r1, a2/r2, … for ten seconds each, and rotates. */
function begun({ refresh = "r0", owned = true } = {}) {
  const world = { now: 0, asked: [], revoked: [], answer: null, items: new Map() };
  const storage = {
    getItem: (name) => world.items.get(name) ?? null,
    setItem: (name, value) => world.items.set(name, value),
    removeItem: (name) => world.items.delete(name),
  };
  const client = {
    async refresh(token) {
      world.asked.push(token);
      const count = world.asked.length;
      if (world.answer) throw world.answer;
      return { access_token: `a${count}`, token_type: "Bearer", expires_in: 10, refresh_token: `r${count}` };
    },
    revoke: async (token) => world.revoked.push(token),
  };
  const parts = { client, storage, claim: () => async () => owned, now: () => world.now };
  const session = createSession(parts);
  session.open({ access: "a0", staleAt: 8_000, expires: 10_000, refresh });
  return { session, world, again: () => createSession(parts) };
}

test("a token is used until shortly before it runs out, and then renewed", async () => {
  const { session, world } = begun();
  world.now = 7_999;
  assert.equal(await session.token(), "a0");
  world.now = 8_000;
  assert.equal(await session.token(), "a1");
  assert.equal(await session.token(), "a1");
  assert.deepEqual(world.asked, ["r0"]);
});

test("all who ask at once share one renewal", async () => {
  const { session, world } = begun();
  world.now = 9_000;
  const asked = [session.token(), session.token(), session.renew("a0"), session.renew("a0")];
  assert.deepEqual(await Promise.all(asked), ["a1", "a1", "a1", "a1"]);
  assert.deepEqual(world.asked, ["r0"]);
});

test("who was refused with an old token gets the one that replaced it", async () => {
  const { session, world } = begun();
  await session.renew("a0");
  assert.equal(await session.renew("a0"), "a1");
  assert.equal(await session.renew("a1"), "a2");
  assert.deepEqual(world.asked, ["r0", "r1"]);
});

test("a reload goes on with the same session", async () => {
  const { session, world, again } = begun();
  await session.renew("a0");
  const reloaded = again();
  assert.equal(reloaded.isOpen, true);
  assert.equal(await reloaded.token(), "a1");
});

test("while the provider does not answer, the token is used as long as it lasts", async () => {
  const { session, world } = begun();
  world.answer = new SignInError("unreachable", "op", { isPassing: true });
  world.now = 9_000;
  assert.equal(await session.token(), "a0");
  world.now = 10_000;
  await assert.rejects(session.token(), { code: "unreachable" });
  world.answer = null;
  assert.equal(await session.token(), "a3");
});

test("a refused renewal ends the session, and nothing is left of it", async () => {
  const { session, world } = begun();
  world.answer = new SignInError("invalid_grant");
  world.now = 10_000;
  assert.equal(await session.token(), null);
  assert.equal(session.isOpen, false);
  assert.equal(world.items.size, 0);
});

test("without a refresh token it lasts until it is refused", async () => {
  const { session, world } = begun({ refresh: null });
  world.now = 20_000;
  assert.equal(await session.token(), "a0");
  assert.equal(await session.renew("a0"), null);
  assert.deepEqual(world.asked, []);
});

test("a duplicated tab neither uses nor revokes the other's refresh token", async () => {
  const { session, world } = begun({ owned: false });
  assert.equal(await session.token(), "a0");
  assert.equal(await session.renew("a0"), null);
  session.open({ access: "b", staleAt: null, expires: null, refresh: "r" });
  await session.end();
  assert.deepEqual([world.asked, world.revoked], [[], []]);
});

test("signing out revokes the refresh token and forgets everything", async () => {
  const { session, world } = begun();
  const renewal = session.renew("a0");
  await session.end();
  await renewal;
  assert.deepEqual(world.revoked, ["r1"]);
  assert.equal(await session.token(), null);
  assert.equal(world.items.has(KEY), false);
});
