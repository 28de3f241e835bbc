import { open } from "./jwe.js";

/**
 * All pages of what is held, as one: the lists joined, and the encodings' numbers opened.
 *
 * @param {(after: string | null) => Promise<object>} load @param {Uint8Array} key
 */
export async function collect(load, key) {
  const pages = [];
  const numbers = [];
  let after = null;
  do {
    const { next, sealed_encodings: sealed, ...page } = await load(after);
    pages.push(page);
    numbers.push(...(await open(sealed, key)));
    after = next;
  } while (after !== null);
  const whole = joined(pages);
  return { ...whole, encodings: whole.encodings.map((entry) => withNumbers(entry, numbers)) };
}

function joined(pages) {
  const whole = { ...pages[0] };
  for (const page of pages.slice(1)) {
    for (const [name, value] of Object.entries(page)) {
      if (Array.isArray(value)) whole[name] = [...whole[name], ...value];
    }
  }
  return whole;
}

function withNumbers(entry, opened) {
  const found = opened.find(
    ({ reference, model }) => reference === entry.reference && model === entry.model,
  );
  return { ...entry, numbers: found.numbers };
}
