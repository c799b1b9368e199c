/** Español: la página en pequeño, dentro de otra. */
export const widget = {
  title: "Sotto: escritura privada",
  tells: "Este mensaje le dice al servidor: {{bits}}.",
  messageAndReply: "Mensaje y respuesta",
  hostIsTold: "A {{host}} se le dice que enviaste, cuántos tokens y bits, nunca qué.",
  oneThread: "Un solo hilo: la página que rodea este marco no está aislada, así que aquí no hay hilos.",
  keptApart:
    "Los navegadores guardan aparte lo que guarda un marco: el registro y los presupuestos de aquí solo cuentan para este sitio.",
  onOwnPage: "Marcar palabras, la vista previa y el historial están en la página propia del servidor.",
  offers: "{{host}} ofrece un texto para empezar. Conoce estas palabras, y no se le dice si las usas.",
  use: "Usarlo",
  no: "No",
  replaces: "Sustituye lo que escribiste.",
  shareQuestion: "¿Compartir esta respuesta con {{host}}?",
  mayRepeat: "Puede repetir algo de lo que escribiste.",
  share: "Compartir",
  shared: "Esta respuesta se compartió con {{host}}.",
} as const;
