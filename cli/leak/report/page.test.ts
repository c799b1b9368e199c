import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Audit, HeatMessage, Pictures } from "../audit.ts";
import type { AttackerFigures } from "../figures.ts";
import { shareOf } from "../figures.ts";
import { reportPage, type Report } from "./page.ts";

const HOSTILE = [
  "</script><b>bold</b>",
  '"><img src=x onerror=alert(1)>',
  "</title></style><svg onload=alert(1)>",
  "' onmouseover='alert(1)",
  "<!--",
  "&lt;",
  "\u0000\uD800\u202E",
];

const figures = (named: number): AttackerFigures => ({
  recovery: shareOf(named, 20),
  rare: shareOf(1, 4),
  baseline: 0.1,
  bitsGained: 2,
  anonymity: 33,
});
const audit: Audit = {
  tokens: 20,
  rareTokens: 4,
  baseline: 0.1,
  nearest: { ...figures(2), bitsGained: null },
  bayes: figures(5),
  sequence: figures(9),
  denoiser: null,
  strongest: "sequence",
  averaged: figures(18),
  repeat: 8,
};
const heat: HeatMessage[] = [
  HOSTILE.map((_, id) => ({
    id,
    leak: {
      named: [id % 2 === 0],
      truth: id / HOSTILE.length,
      guess: id,
      candidates: HOSTILE.map((_, other) => ({ id: other, probability: 0.1 })),
      entropy: 3,
      anonymitySet: 8,
      blind: false,
    },
  })),
];
const pictures: Pictures = {
  heat,
  curveTokens: 20,
  byMu: [1, 2, 4].map((mu) => ({ mu, measured: { bayes: figures(mu), sequence: figures(2 * mu) } })),
  byReleases: [1, 2, 4, 8].map((releases) => ({ releases, figures: figures(releases + 9) })),
};
const subject: Report["subject"] = {
  bundle: "demo",
  preset: "balanced",
  mu: 2,
  prior: "ngram",
  title: "<i>Stories</i>",
  presets: [
    { name: "strict", mu: 1.2 },
    { name: "balanced", mu: 2 },
    { name: "open", mu: 90 },
  ],
};
const page = (more: Partial<Report> = {}) => reportPage({ subject, audit, pictures, pieces: HOSTILE, ...more });

/** The opening tags of a page with nothing hostile in it are all that there may be. */
const tagsOf = (html: string) => new Set(Array.from(html.matchAll(/<[/!]?[a-z]+/gi), ([tag]) => tag.toLowerCase()));

describe("the report", () => {
  const html = page();

  it("says what was read, and shows the table, the heat map, and both curves with theirs", () => {
    expect(html).toContain("Of 20 tokens a server could read 9; without your message it would guess 2.");
    expect(html).toContain("From 8 independent releases of the same text it could read 18.");
    expect(html).toContain("contains the audited text");
    expect(html.match(/<table/g)).toHaveLength(4);
    expect(html.match(/class="chart"/g)).toHaveLength(2);
    expect(html.match(/<polyline/g)).toHaveLength(3);
    for (const name of ["By itself", "each token by itself", "the whole message", "The whole message, 8 releases"]) {
      expect(html.toLowerCase()).toContain(name.toLowerCase());
    }
    const map = /<div class="heat">(.*?)<\/div>/s.exec(html)?.[1] ?? "";
    expect(map.match(/<span class="tint-\d/g)).toHaveLength(HOSTILE.length);
    expect(map.match(/ named"/g)).toHaveLength(4);
  });

  it("marks the presets that the curve passes, and the one that was audited", () => {
    expect(html).toMatch(/class="flag here">.*?balanced<\/text>/);
    expect(html).toMatch(/class="flag">.*?strict<\/text>/);
    expect(html).not.toContain(">open</text>");
  });

  it("is made of its own tags alone, whatever the tokens and the bundle's title are", () => {
    const harmless = page({ pieces: HOSTILE.map(() => "word"), subject: { ...subject, title: "Stories" } });
    expect(tagsOf(html)).toEqual(tagsOf(harmless));
    expect(html.match(/</g)?.length).toBe(harmless.match(/</g)?.length);
    expect(html.match(/"/g)?.length).toBe(harmless.match(/"/g)?.length);
    expect(html).toContain("&lt;/script&gt;&lt;b&gt;bold&lt;/b&gt;");
    expect(html).not.toMatch(/[\0\uD800]/);
  });

  it("fetches nothing and runs nothing, by its policy too, which knows its one style by hash", () => {
    expect(html).not.toMatch(/<(script|link|img|iframe|object|embed|base|form)\b/i);
    expect(html).not.toMatch(/\s(src|href|style|on\w+)\s*=\s*["']/i);
    expect(html).not.toMatch(/url\(|@import|https?:/i);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll("&#39;", "'");
    const style = /<style>([^]*?)<\/style>/.exec(html)?.[1] ?? "";
    expect(style.length).toBeGreaterThan(1000);
    const hash = createHash("sha256").update(style).digest("base64");
    expect(policy).toBe(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
  });

  it("has the server's network as a reader and a line of its own where the bundle has one", () => {
    const html = page({
      subject,
      audit: { ...audit, denoiser: figures(8) },
      pictures: {
        heat,
        curveTokens: 40,
        byMu: [1, 2].map((mu) => ({ mu, measured: { bayes: figures(mu), denoiser: figures(3 * mu) } })),
        byReleases: [{ releases: 1, figures: figures(9) }],
      },
    });
    expect(html).toMatch(/<th scope="row">The server&#39;s network<small>The network with which the server reads/);
    expect(html).toMatch(/class="line diamond"/);
    expect(page({ subject, audit, pictures: { heat, curveTokens: 1, byMu: [], byReleases: [] } })).not.toContain(
      "network",
    );
  });

  it("draws what has no extent: one token, nothing read, no language model", () => {
    const nothing = { ...figures(0), recovery: shareOf(0, 1), rare: null, baseline: 0 };
    const html = page({
      subject: { ...subject, prior: "none" },
      audit: {
        ...audit,
        tokens: 1,
        rareTokens: null,
        baseline: 0,
        nearest: nothing,
        bayes: nothing,
        sequence: null,
        strongest: "bayes",
        averaged: nothing,
      },
      pictures: {
        heat: [heat[0]?.slice(0, 1) ?? []],
        curveTokens: 1,
        byMu: [{ mu: 2, measured: { bayes: nothing } }],
        byReleases: [{ releases: 1, figures: nothing }],
      },
    });
    expect(html).toContain("no language model");
    expect(html).toContain("Of 1 token a server could read none");
    expect(html).not.toMatch(/NaN|Infinity|undefined|null/);
  });
});
