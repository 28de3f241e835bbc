// Each line of the input is [method, options]; each line of the output, what the client made of it.
const readline = require("node:readline");
const openwhisk = require("openwhisk");

const client = openwhisk(); // host and key come from __OW_API_HOST and __OW_API_KEY

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [path, options] = JSON.parse(line, revive);
    const [service, method] = path.split(".");
    const answer = await client[service][method](options).then(
      (value) => ({ value }),
      ({ name, message, statusCode }) => ({ error: { name, message, statusCode } }),
    );
    console.log(JSON.stringify(answer));
  }
}

// JSON has no bytes: a Buffer arrives in the form that JSON.stringify gives one.
function revive(key, value) {
  return value?.type === "Buffer" ? Buffer.from(value) : value;
}

main();
