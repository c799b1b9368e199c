/** The rooms of the house and the arrows between them (docs/architecture.md, "The rooms"), as zones of import-x/no-restricted-paths. */

const core = "src/core";
const storage = "src/storage";
const engine = "src/engine";
const sdk = "src/sdk";
const product = [core, storage, engine, sdk, "src/react", "src/app", "src/widget", "workers", "server", "cli"];

/** The rooms each room may import, besides itself. A room that is not named here may be imported by nobody. */
const mayImport = {
  [core]: [],
  [storage]: [core],
  [engine]: [core, storage],
  [sdk]: [core, engine, storage],
  "src/react": [sdk],
  "src/app": [sdk],
  // The widget is the page in small: it takes its parts, and the page knows nothing of it.
  "src/widget": [sdk, "src/app"],
  workers: [core, engine, storage],
  server: [core],
  cli: [core, engine, storage, sdk, "server"],
  scripts: product,
  bench: [...product, "scripts", "e2e"],
  e2e: [...product, "scripts", "bench"],
  // What stands outside of a server and speaks to it over HTTP alone.
  load: [core],
  deploy: ["load"],
};

const rooms = [...Object.keys(mayImport), "trainer"];

/** Mechanisms to compare with: benchmarks and tests may run them, what a person's text goes through may not. */
const baselines = "src/core/mechanism/baselines";
const outsideOfBaselines = [
  ...product.filter((room) => room !== core),
  `${core}/*.ts`,
  `${core}/!(mechanism)/**`,
  `${core}/mechanism/*.ts`,
];

/** One zone for every room and every other room that is closed to it. */
const betweenRooms = Object.entries(mayImport).flatMap(([room, open]) =>
  rooms
    .filter((other) => other !== room && !open.includes(other))
    .map((other) => ({
      target: `./${room}`,
      from: `./${other}`,
      message: `${room} may import ${open.length === 0 ? "no other room" : open.join(", ")}.`,
    })),
);

export const zones = [
  ...betweenRooms,
  {
    target: outsideOfBaselines.map((path) => `./${path}`),
    from: `./${baselines}`,
    message: "The baselines are for comparison only; no text goes through them.",
  },
];
