/** Headers of every response: what the page may do, and who may embed or read it. */
import type { FastifyInstance } from "fastify";
import fastifyHelmet from "@fastify/helmet";

/** Powers the page never uses. */
const SENSORS = [
  "accelerometer",
  "camera",
  "display-capture",
  "geolocation",
  "gyroscope",
  "magnetometer",
  "microphone",
];
const DEVICES = ["bluetooth", "hid", "midi", "serial", "usb", "xr-spatial-tracking"];
const OTHERS = [
  "autoplay",
  "encrypted-media",
  "idle-detection",
  "payment",
  "publickey-credentials-get",
  "screen-wake-lock",
];
const PERMISSIONS = [...SENSORS, ...DEVICES, ...OTHERS].map((name) => `${name}=()`).join(", ");

/** Of the service worker, which runs under its own: it fetches from its own origin, and nothing else. */
const WORKER_POLICY = "default-src 'none';connect-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'";

/**
 * Sends nothing elsewhere but to the servers that are named, loads nothing from elsewhere, is embedded nowhere; isolated, so that WASM
 * may use threads.
 * @param servers origins, checked to be such as a policy reads as one
 */
export async function registerHeaders(app: FastifyInstance, servers: readonly string[]): Promise<void> {
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        workerSrc: ["'self'"],
        connectSrc: ["'self'", ...servers],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginOpenerPolicy: { policy: "same-origin" },
    crossOriginEmbedderPolicy: { policy: "require-corp" },
    crossOriginResourcePolicy: { policy: "same-origin" },
    referrerPolicy: { policy: "no-referrer" },
    frameguard: { action: "deny" },
    // Plain HTTP on this machine; whoever puts TLS in front sets it there.
    strictTransportSecurity: false,
  });
  app.addHook("onRequest", (request, reply, done) => {
    void reply.header("permissions-policy", PERMISSIONS);
    if (request.url.split("?", 1)[0] === "/sw.js") reply.raw.setHeader("content-security-policy", WORKER_POLICY);
    done();
  });
}
