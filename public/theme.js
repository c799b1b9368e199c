// Runs before the first paint, so that a chosen theme does not flash the other one. src/app/theme.ts is the rest of it.
(() => {
  try {
    const theme = globalThis.localStorage.getItem("sotto-theme");
    if (theme === "light" || theme === "dark") globalThis.document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be forbidden; the system's theme is then shown.
  }
})();
