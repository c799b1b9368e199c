/**
 * To be imported before anything else by what runs in a browser. zod would try whether it may write code (`new Function`), which our
 * Content-Security-Policy forbids: the attempt alone is a violation of it.
 */
import { config } from "zod/v4/core";

config({ jitless: true });
