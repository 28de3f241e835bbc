// A CouchDB in memory on a free port, for the one user that USERNAME and PASSWORD name.
const http = require("node:http");
const PouchDB = require("pouchdb-core")
  .plugin(require("pouchdb-adapter-memory"))
  .plugin(require("pouchdb-mapreduce"));
const couchdb = require("express-pouchdb")(PouchDB, {
  inMemoryConfig: true,
  mode: "minimumForPouchDB",
});

const { USERNAME, PASSWORD } = process.env;
const credentials = Buffer.from(`${USERNAME}:${PASSWORD}`).toString("base64");

function serve(request, response) {
  if (request.headers.authorization === `Basic ${credentials}`) return couchdb(request, response);
  const reason = "Name or password is incorrect.";
  response.writeHead(401, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ error: "unauthorized", reason }));
}

const server = http.createServer(serve).listen(0, "127.0.0.1", () => {
  console.log(`CouchDB listens on http://127.0.0.1:${server.address().port}`);
});
