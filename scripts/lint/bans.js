/** What must not be written, and where. Each list is for one core rule of ESLint. */

/** Packages and Node's own modules; relative imports are the business of rooms.js. */
export const corePackagesOnly = {
  regex: "^(?!\\.{1,2}(?:/|$)|zod(?:/|$)|@huggingface/tokenizers$)",
  message: "src/core is pure: of packages it may import zod and @huggingface/tokenizers.",
};

export const noNode = {
  regex: "^node:|\\.node\\.ts$",
  message: "This file runs in a browser; what needs Node is in *.node.ts, and only Node imports that.",
};

export const noSeededGenerator = {
  regex:
    "^(?:pure-rand|seedrandom|seed-random|random-seed|random-js|mersenne-twister|alea|prando|rand-seed|chance|@faker-js|@stdlib)(?:/|$)",
  message: "Noise comes from the platform's generator, never from a seed.",
};

const noMathRandom = "Math.random is no source of noise, ids or samples.";
const noMarkup = "Text from a server or a person is never markup.";
const inTheClear = "Web storage keeps text in the clear and blocks the page; src/storage has a better place.";

/** The bans of no-restricted-syntax that hold everywhere. */
const syntax = [
  { selector: ":not(MemberExpression, VariableDeclarator) > Identifier[name='Math']", message: noMathRandom },
  { selector: "VariableDeclarator[id.type='Identifier'] > Identifier.init[name='Math']", message: noMathRandom },
  { selector: "MemberExpression[object.name='Math'][computed=true]", message: noMathRandom },
  { selector: "MemberExpression[property.name='Math']", message: noMathRandom },
  { selector: "JSXIdentifier[name='dangerouslySetInnerHTML']", message: noMarkup },
  { selector: "Property > Identifier.key[name='dangerouslySetInnerHTML']", message: noMarkup },
  { selector: "AssignmentExpression > MemberExpression.left[property.name=/^(inner|outer)HTML$/]", message: noMarkup },
  {
    selector: "ImportExpression:not([source.type='Literal'])",
    message: "A computed import escapes the arrows between the rooms.",
  },
];

/**
 * Rules that refuse imports, static and dynamic, whose specifier matches one of the patterns.
 * @param {{ regex: string, message: string }[]} imports
 */
export function restrict(...imports) {
  return {
    ...(imports.length > 0 && { "no-restricted-imports": ["error", { patterns: imports }] }),
    "no-restricted-syntax": [
      "error",
      ...syntax,
      ...imports.map(({ regex, message }) => ({
        selector: `ImportExpression > Literal[value=/${regex.replaceAll("/", "\\/")}/]`,
        message,
      })),
    ],
  };
}

const mathRandom = { object: "Math", property: "random", message: noMathRandom };
const webStorage = ["localStorage", "sessionStorage"];

/** Rules for every file. The property rule also sees `const { random } = Math`. */
export const everywhere = { ...restrict(), "no-restricted-properties": ["error", mathRandom] };

/**
 * Rules for all browser code but two places: the theme, whose colours must be known before the first frame, and the settings, which
 * hold choices and no text.
 */
export const noWebStorage = {
  "no-restricted-globals": ["error", ...webStorage.map((name) => ({ name, message: inTheClear }))],
  "no-restricted-properties": [
    "error",
    mathRandom,
    ...["window", "globalThis", "self"].flatMap((object) =>
      webStorage.map((property) => ({ object, property, message: inTheClear })),
    ),
  ],
};
