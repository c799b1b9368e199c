/** English: install. */
export const install = {
  updateReady: "A new version of this page is ready. Taking it reloads the page; finish what you are writing first.",
  updateAfterReply: "A new version of this page is ready. You can take it once the reply has ended.",
  updateApply: "Reload into the new version",
  install: "Install as an app",
  repaired: "A kept file was damaged and was fetched again.",
  resumed: "The download went on where it had broken off.",
  unkept: "There was no room to keep everything on this device. It works now, and will be downloaded again next time.",
  keptManifest: "The server does not answer. The bundle is as this device last saw it.",
} as const;
