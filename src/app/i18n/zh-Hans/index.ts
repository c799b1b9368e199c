export const zhHans = {};
