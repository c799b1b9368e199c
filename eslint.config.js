/** The arrows between the rooms are in scripts/lint/rooms.js, the bans in scripts/lint/bans.js; scripts/arrows.test.ts shows that they bite. */
import js from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import { importX } from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import globals from "globals";
import tseslint from "typescript-eslint";
import {
  corePackagesOnly,
  everywhere,
  noNode,
  noSeededGenerator,
  noWebStorage,
  restrict,
} from "./scripts/lint/bans.js";
import { zones } from "./scripts/lint/rooms.js";

const code = "**/*.{ts,tsx}";
const tests = "**/*.test.{ts,tsx}";
const nodeOnly = "**/*.node.ts";

export default defineConfig(
  globalIgnores(["**/dist/", "coverage/", "test-results/", "playwright-report/", ".cache/", "trainer/", "bundles/"]),
  // Programs of people who install the package: scripts/pack-test.ts compiles and runs them as such.
  globalIgnores(["examples/"]),

  {
    files: [code, "**/*.js"],
    extends: [js.configs.recommended],
    plugins: { "import-x": importX },
    linterOptions: { reportUnusedDisableDirectives: "error", reportUnusedInlineConfigs: "error" },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver({ project: "tsconfig.base.json" })] },
    rules: {
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones }],
      // An arrow can be checked only where the import resolves.
      "import-x/no-unresolved": ["error", { ignore: ["^virtual:"] }],
      ...everywhere,
      "max-lines": ["error", { max: 400, skipBlankLines: false, skipComments: false }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-eval": "error",
    },
  },
  { files: ["**/*.js"], ignores: ["public/**"], languageOptions: { globals: globals.node } },
  { files: ["public/**/*.js"], languageOptions: { globals: globals.browser } },
  {
    files: [code],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // Without `import("x").T`, which no arrow sees.
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      // An interface may ask for a promise of what one implementation has at once.
      "@typescript-eslint/require-await": "off",
    },
  },

  // Packages and Node, room by room. Tests run under Node with the tools they need.
  { files: [`src/core/${code}`], ignores: [tests], rules: restrict(corePackagesOnly) },
  { files: [`src/core/mechanism/${code}`], ignores: [tests], rules: restrict(corePackagesOnly, noSeededGenerator) },
  { files: [`src/{app,widget,react,storage}/${code}`], ignores: [tests, nodeOnly], rules: restrict(noNode) },
  {
    files: [`src/{sdk,engine}/${code}`, `workers/${code}`],
    ignores: [tests],
    rules: restrict(noNode, noSeededGenerator),
  },
  { files: [`src/{sdk,engine}/${nodeOnly}`], rules: restrict(noSeededGenerator) },

  // Logs go through the server's logger, which knows what must not be said.
  { files: [`{src,workers,server}/${code}`], ignores: [tests], rules: { "no-console": "error" } },
  {
    files: [`{src,workers}/${code}`],
    ignores: [tests, "src/app/theme*.{ts,tsx}", "src/app/settings/store.ts"],
    rules: noWebStorage,
  },
  { files: [`src/{app,widget,sdk,react}/${code}`], extends: [reactHooks.configs.flat["recommended-latest"]] },
);
