import type { Sentences } from "../i18n.ts";
import { common } from "./common.ts";
import { composer } from "./composer.ts";
import { reply } from "./reply.ts";
import { meter } from "./meter.ts";
import { leak } from "./leak.ts";
import { ledger } from "./ledger.ts";
import { errors } from "./errors.ts";
import { widget } from "./widget.ts";

/** A namespace that is not here yet is said in English. */
export const de = { common, composer, reply, meter, leak, ledger, errors, widget } satisfies Partial<Sentences>;
