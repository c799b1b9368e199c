/**
 * Which files of a build the service worker keeps from the start, and which once they are used: the runtimes, of which a machine runs
 * one, and other languages than English. The widget's own files are neither: it is another's page that holds it.
 */
import type { Plugin } from "vite";

interface BuiltFile {
  readonly url: string;
  readonly revision: string | null;
  readonly size: number;
  /** Kept once it is used. */
  readonly onUse?: boolean;
}

/** What vite adds to a chunk. */
interface WithStyles {
  readonly viteMetadata?: { readonly importedCss: ReadonlySet<string> };
}

const RUNTIME = /^assets\/ort[.-]/;
const OTHER_LANGUAGE = /\/src\/app\/i18n\/(?!en\/)[\w-]+\/[^/]*$/;

export interface ShellFiles {
  /** Looks at the build. */
  readonly plugin: Plugin;
  /** Sorts the files that were found in its folder. */
  readonly sort: (files: BuiltFile[]) => { manifest: BuiltFile[]; warnings: string[] };
}

export function shellFiles(): ShellFiles {
  let ofPage = new Set<string>();
  let ofEmbed = new Set<string>();
  let languages = new Set<string>();

  const plugin: Plugin = {
    name: "sotto-shell-files",
    generateBundle(_options, bundle) {
      const reached = (html: string) => {
        const found = new Set<string>();
        const visit = (name: string) => {
          const chunk = bundle[name];
          if (found.has(name) || chunk?.type !== "chunk") return;
          found.add(name);
          for (const style of (chunk as WithStyles).viteMetadata?.importedCss ?? []) found.add(style);
          for (const next of [...chunk.imports, ...chunk.dynamicImports]) visit(next);
        };
        for (const chunk of Object.values(bundle)) {
          if (chunk.type === "chunk" && chunk.facadeModuleId?.endsWith(`/${html}`) === true) visit(chunk.fileName);
        }
        return found;
      };
      ofPage = reached("index.html");
      ofEmbed = reached("embed.html");
      languages = new Set(
        Object.values(bundle).flatMap((chunk) =>
          chunk.type === "chunk" && chunk.moduleIds.some((id) => OTHER_LANGUAGE.test(id)) ? [chunk.fileName] : [],
        ),
      );
    },
  };

  const sort: ShellFiles["sort"] = (files) => {
    const manifest = files.flatMap((file) => {
      const { url } = file;
      if (url === "embed.html" || (ofEmbed.has(url) && !ofPage.has(url))) return [];
      return [RUNTIME.test(url) || languages.has(url) ? { ...file, onUse: true } : file];
    });
    return { manifest, warnings: [] };
  };
  return { plugin, sort };
}
