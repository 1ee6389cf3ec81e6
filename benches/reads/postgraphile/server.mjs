// Serves a database with PostGraphile, in as many processes as its second argument says.
//   node server.mjs postgres://user@host:port/database 2
import cluster from "node:cluster";
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";

const [, , connectionString, processes] = process.argv;

if (cluster.isPrimary) {
  let ready = 0;
  for (let place = 0; place < Number(processes); place += 1) {
    const worker = cluster.fork();
    worker.on("listening", ({ port }) => {
      ready += 1;
      if (ready === Number(processes)) console.log(`listens on 127.0.0.1:${port}`);
    });
  }
} else {
  const preset = {
    extends: [PostGraphileAmberPreset],
    pgServices: [makePgService({ connectionString, schemas: ["public"] })],
    grafserv: { graphiql: false, watch: false },
    grafast: { explain: false },
  };
  const serv = postgraphile(preset).createServ(grafserv);
  const server = createServer();
  await serv.addTo(server);
  server.listen(0, "127.0.0.1");
}
