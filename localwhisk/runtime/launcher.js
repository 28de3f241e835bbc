// Serves one Node.js action inside its worker process, as OpenWhisk's image does: launcher.py's
// counterpart on the same channel. A throw is a developer's error, a rejection is an answer.
"use strict";

const fs = require("node:fs");
const { createRequire } = require("node:module");
const net = require("node:net");
const path = require("node:path");
const readline = require("node:readline");
const vm = require("node:vm");

const KEPT = 1024 * 1024;
const UNKNOWN = "There was an error uncompressing the action archive. The file type is unsupported";
const NO_ENTRY = "Zipped actions must contain either package.json or index.js at the root.";

const file = path.join(process.cwd(), "index.js");
const requireThere = createRequire(file);
// Kept, because actions replace these functions to catch what is printed.
const outputs = [process.stdout, process.stderr].map((stream) => stream.write.bind(stream));

function fromSource(code, main) {
  const module = { exports: {} };
  // The entry may be a local function or an export: only the code's own scope can tell.
  const entry = `\nreturn typeof ${main} === "undefined" ? module.exports.${main} : ${main};`;
  const importModuleDynamically = vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const options = { filename: file, importModuleDynamically };
  const names = ["module", "exports", "require"];
  return vm.compileFunction(code + entry, names, options)(module, module.exports, requireThere);
}

function fromArchive(main) {
  const [, name, entry] = /^(?:([^.]+)\.)?(.+)$/.exec(main);
  if (!name && !fs.existsSync("package.json") && !fs.existsSync("index.js")) {
    throw fs.existsSync("exec") ? UNKNOWN : NO_ENTRY;
  }
  const loaded = requireThere(path.join(process.cwd(), name ?? ""));
  return entry.split(".").reduce((value, key) => value[key], loaded);
}

function load({ main, binary }) {
  const entry = binary ? fromArchive(main) : fromSource(fs.readFileSync("exec", "utf8"), main);
  if (typeof entry !== "function") {
    throw `Action entrypoint '${main}' is not a function.`; // no Error: its stack would be told
  }
  return entry;
}

async function run(entry, args) {
  let answer;
  try {
    answer = entry(args);
  } catch (error) {
    console.error(error);
    return [502, { error: `An error has occurred: ${error}` }];
  }
  const result = await Promise.resolve(answer).catch((error) => ({ error: error || {} }));
  if (typeof result === "object") return [200, result];
  if (result === undefined) return [200, {}];
  console.error(`Result must be of type object but has type "${typeof result}":`, result);
  return [502, { error: "The action did not return a dictionary." }];
}

function encoded([status, result]) {
  const plain = (_, value) =>
    value instanceof Error
      ? { name: value.name, message: value.message, stack: value.stack, ...value }
      : value;
  try {
    return [status, Buffer.from(JSON.stringify(result, plain))];
  } catch (error) {
    console.error(error);
    return [500, Buffer.from('{"error":"Internal error."}')];
  }
}

async function serve(channel) {
  let entry;
  for await (const line of readline.createInterface({ input: channel })) {
    const request = JSON.parse(line);
    Object.assign(process.env, request.environment);
    let answer = [200, {}];
    try {
      if (entry) answer = await run(entry, request.args);
      else entry = load(request);
    } catch (error) {
      console.error("Error during initialization:", error);
      answer = [502, { error: `Initialization has failed due to: ${error?.stack ?? error}` }];
    }
    const [status, body] = encoded(answer);
    outputs.forEach((write) => write(request.marker ?? ""));
    channel.write(`${status} ${body.length}\n`);
    channel.write(body.subarray(0, KEPT));
  }
  process.exit(0); // the host is gone
}

serve(new net.Socket({ fd: Number(process.argv[2]) }));
