import { describe, expect, it } from "vitest";
import { bestLanguage } from "./languages.ts";

describe("the language of the page", () => {
  it("is the first that it speaks, by language and script", () => {
    expect(bestLanguage(["fr-CA", "de-AT", "en"])).toBe("de");
    expect(bestLanguage(["zh-CN"])).toBe("zh-Hans");
    expect(bestLanguage(["zh-TW", "es-419"])).toBe("es");
    expect(bestLanguage(["ar-EG"])).toBe("ar");
  });

  it("is English where it speaks none of them", () => {
    expect(bestLanguage([])).toBe("en");
    expect(bestLanguage(["fr"])).toBe("en");
  });
});
