/** 简体中文：嵌入另一个页面的小页面。 */
export const widget = {
  title: "Sotto：私密书写",
  tells: "这条消息告诉服务器：{{bits}}。",
  messageAndReply: "消息和回复",
  hostIsTold: "{{host}} 会得知你发送了、有多少词元和比特，但不会得知内容。",
  oneThread: "只有一个线程：此框架外的页面未隔离，所以这里没有多线程。",
  keptApart: "浏览器会把框架保存的内容分开存放：这里的账本和预算只对本网站有效。",
  onOwnPage: "标记词语、泄露预览和历史在服务器自己的页面上。",
  offers: "{{host}} 提供了一段开头的文字。它知道这些词，但不会得知你是否采用。",
  use: "采用",
  no: "不用",
  replaces: "它会取代你写的内容。",
  shareQuestion: "要与 {{host}} 分享这条回复吗？",
  mayRepeat: "其中可能会重复你写过的内容。",
  share: "分享",
  shared: "这条回复已与 {{host}} 分享。",
} as const;
