import type { Sentences } from "../i18n.ts";
import { ask } from "./ask.ts";
import { common } from "./common.ts";
import { composer } from "./composer.ts";
import { reply } from "./reply.ts";
import { meter } from "./meter.ts";
import { leak } from "./leak.ts";
import { ledger } from "./ledger.ts";
import { errors } from "./errors.ts";
import { conversations } from "./conversations.ts";
import { commands } from "./commands.ts";
import { settings } from "./settings.ts";
import { storage } from "./storage.ts";
import { servers } from "./servers.ts";
import { welcome } from "./welcome.ts";
import { install } from "./install.ts";
import { widget } from "./widget.ts";

/** Every sentence of the page in this language, by area. */
export const ar = {
  ask,
  common,
  composer,
  reply,
  meter,
  leak,
  ledger,
  errors,
  conversations,
  commands,
  settings,
  storage,
  servers,
  welcome,
  install,
  widget,
} satisfies Sentences;
