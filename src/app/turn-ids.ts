/** Numbers of turns, of this page alone. */
let last = 0;

export function nextTurn(): number {
  return ++last;
}
