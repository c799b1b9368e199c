/** Español: la página instalada y sus versiones. */
export const install = {
  updateReady:
    "Hay una versión nueva de esta página. Al tomarla, la página se recarga; termina antes lo que estás escribiendo.",
  updateAfterReply: "Hay una versión nueva de esta página. Puedes tomarla cuando termine la respuesta.",
  updateApply: "Recargar con la versión nueva",
  install: "Instalar como aplicación",
  repaired: "Un archivo guardado estaba dañado y se ha descargado otra vez.",
  resumed: "La descarga siguió desde donde se había cortado.",
  unkept:
    "No había espacio para guardarlo todo en este dispositivo. Ahora funciona, y la próxima vez se descargará otra vez.",
  keptManifest: "El servidor no responde. El paquete está como este dispositivo lo vio por última vez.",
} as const;
