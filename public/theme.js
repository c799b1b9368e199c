// Runs before the first paint: a chosen theme and size of text do not flash the other one, and who reads another language than English, or
// was in the other view, is not shown the English page that index.html holds. src/app/theme.ts and src/app/settings are the rest of it.
(() => {
  const { localStorage, navigator, document } = globalThis;
  const page = document.documentElement;
  const SPOKEN = ["en", "es", "de", "zh", "ar"];
  let settings = {};
  try {
    const theme = localStorage.getItem("sotto-theme");
    if (theme === "light" || theme === "dark") page.dataset.theme = theme;
    settings = JSON.parse(localStorage.getItem("sotto-settings")) ?? {};
  } catch {
    // Storage may be forbidden, or hold what is not ours; the system's theme is then shown.
  }
  const { language = "auto", textSize, task } = settings;
  if (textSize === "large" || textSize === "larger") page.dataset.textSize = textSize;
  const wanted = language === "auto" ? navigator.languages : [language];
  const first = wanted.map((tag) => String(tag).split("-")[0]).find((tag) => SPOKEN.includes(tag)) ?? "en";
  if (first !== "en" || task === "classify") page.dataset.wait = "";
})();
