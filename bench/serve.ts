/** The server of `bench/server.ts`, in a process of its own: `tsx bench/serve.ts [threads]`. */
import { serve } from "../server/serve.ts";
import { root } from "./site.ts";

await serve({ port: 0, bundles: `${root}bundles`, app: null, limits: { threads: Number(process.argv[2] ?? 1) } });
