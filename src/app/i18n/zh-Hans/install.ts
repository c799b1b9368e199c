/** 简体中文：安装的页面及其版本。 */
export const install = {
  updateReady: "本页有新版本可用。采用新版本会重新加载页面；请先写完正在写的内容。",
  updateAfterReply: "本页有新版本可用。回复结束后即可采用。",
  updateApply: "重新加载为新版本",
  install: "安装为应用",
  repaired: "一个已保存的文件损坏了，已重新获取。",
  resumed: "下载已从中断处继续。",
  unkept: "此设备没有空间保存全部内容。现在可以使用，下次会重新下载。",
  keptManifest: "服务器没有应答。模型包是此设备上次见到的样子。",
} as const;
