/** To be imported before anything else by a page. */
import "../core/without-eval.ts";
