/** Writes the first picture of the page into its index.html, as the page's own components draw it. */
import { runnerImport, type Plugin } from "vite";

/** In src/app/prerender.tsx, which is typed with the page. */
interface Prerender {
  readonly prerendered: () => string;
}

const ROOT = '<div id="root"></div>';

export function prerender(): Plugin {
  return {
    name: "sotto-prerender",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      async handler(html, { path }) {
        if (path !== "/index.html") return html;
        if (!html.includes(ROOT)) throw new Error("index.html has no empty #root");
        const { module } = await runnerImport<Prerender>("./src/app/prerender.tsx", { configFile: false });
        return (
          html
            .replace(ROOT, () => ROOT.replace("></", `>${module.prerendered()}</`))
            // The picture needs the styles and the fonts; the code comes after them.
            .replaceAll(/<script type="module"|<link rel="modulepreload"/g, '$& fetchpriority="low"')
        );
      },
    },
  };
}
