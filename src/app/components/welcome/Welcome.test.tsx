import "../../i18n/i18n.ts";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { costs } from "../../privacy.ts";
import { fakeClient, fakeSdk } from "../../testing/fake-client.ts";
import { fakeManifest } from "../../testing/fake-manifest.ts";
import { SAMPLE } from "../../welcome/timeline.ts";
import { Lines } from "./Lines.tsx";
import { Welcome } from "./Welcome.tsx";

const nothing = () => undefined;
const sdk = fakeSdk();
const strict = fakeManifest.presets[0]!;
const words = (text: string) => text.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

const welcome = (preset: string | null) =>
  renderToStaticMarkup(<Welcome sdk={sdk} manifest={fakeManifest} client={null} preset={preset} onDone={nothing} />);

describe("the introduction", () => {
  it("stands still, and says everything, where motion is not wanted", () => {
    const html = welcome(null);
    expect(html).toContain(`aria-label="${SAMPLE}"`);
    expect(html).not.toContain("Pause");
    expect(html).not.toMatch(/class="[^"]*veil/);
    for (const line of ["What leaves", "What it costs", "What could be read"]) expect(words(html)).toContain(line);
    expect(html).not.toMatch(/welcome-line is-to-come/);
  });

  it("shows no levels and no count before this device has drawn them", () => {
    expect(welcome(null)).not.toContain("<canvas");
    expect(words(welcome(null))).toContain("as soon as this device is ready");
    expect(words(welcome(null))).toMatch(/At most [\d.]+ bits a token/);
  });

  it("is a titled dialog with a way out", () => {
    const id = /<dialog[^>]*aria-labelledby="([^"]+)"/.exec(welcome(null))?.[1];
    expect(welcome(null)).toContain(`<h2 id="${id}">`);
    expect(welcome(null)).toMatch(/<form [^>]*method="dialog"[^>]*><button/);
  });

  it("speaks at the preset that is set, and at the page's own choice where the bundle has none of that name", () => {
    expect(words(welcome("light"))).toContain("“Light”");
    expect(words(welcome("gone"))).toContain("“Balanced”");
  });

  it("has no inline styles", () => {
    expect(welcome(null)).not.toMatch(/\sstyle="|<style/);
  });
});

describe("its lines", () => {
  it("are of the draw: its tokens, its bytes, its bits, and the recorded attack", async () => {
    const draw = await fakeClient().example(SAMPLE, strict.name);
    const whole = costs(sdk, fakeManifest, strict, draw.tokens);
    const said = words(renderToStaticMarkup(<Lines preset={strict} draw={draw} costs={whole} said={3} />));
    expect(said).toContain(`${draw.tokens.length} tokens of noise, ${draw.sizes.frame} B.`);
    expect(said).toContain(`of about ${Math.round(draw.tokens.length * 12)} bits`);
    expect(said).toContain("About 1 word in 7");
  });

  it("come one after another, and keep their place meanwhile", () => {
    const whole = costs(sdk, fakeManifest, strict, []);
    const html = renderToStaticMarkup(<Lines preset={strict} draw={null} costs={whole} said={1} />);
    expect(html.match(/class="welcome-line"/g)).toHaveLength(1);
    expect(html.match(/class="welcome-line is-to-come"/g)).toHaveLength(2);
  });
});
