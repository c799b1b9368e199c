/** Headers of every response: what the page may do, and who may embed or read it. */
import type { FastifyInstance } from "fastify";
import fastifyHelmet from "@fastify/helmet";

/** Powers the page never uses. */
const DENIED = ["accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone"];
const PERMISSIONS = [...DENIED, "midi", "payment", "serial", "usb"].map((name) => `${name}=()`).join(", ");

/** Sends nothing elsewhere, loads nothing from elsewhere, is embedded nowhere; isolated, so that WASM may use threads. */
export async function registerHeaders(app: FastifyInstance): Promise<void> {
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        workerSrc: ["'self'"],
        connectSrc: ["'self'"],
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
  app.addHook("onRequest", (_request, reply, done) => {
    void reply.header("permissions-policy", PERMISSIONS);
    done();
  });
}
