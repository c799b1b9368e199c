import { describe, expect, it } from "vitest";
import { prerendered } from "./prerender.tsx";

describe("the picture of the page in index.html", () => {
  const html = prerendered();

  it("cannot be used: what is typed into it would be lost when the page takes its place", () => {
    expect(html).toMatch(/^<div class="page" data-prerendered="" inert="">/);
    expect(html).toMatch(/<textarea[^>]* readOnly=""/i);
  });

  it("has the meter of a narrow page and of a wide one", () => {
    expect(html).toContain('<aside class="summary"');
    expect(html).toContain('class="panel"');
  });

  it("has nothing that the Content-Security-Policy forbids", () => {
    expect(html).not.toMatch(/\sstyle=|<script|<style/);
  });
});
