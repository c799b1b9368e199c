/** Texts to begin with. The model of the demonstration writes simple stories, so these are openings of such. */

export interface Opening {
  readonly text: string;
  /** Holds something one would not hand over: invented, and a number of the range kept for fiction. */
  readonly secret: boolean;
}

export const OPENINGS: readonly Opening[] = [
  {
    text: "Once upon a time, there was a little fox who was afraid of the dark. Every night, when the sun went down, she",
    secret: false,
  },
  {
    text: "Orla Venn wrote her secret number, 555 0142, on a piece of paper and gave it to her best friend. The next day",
    secret: true,
  },
  {
    text: "One rainy morning, Tom found a small blue door at the bottom of the garden. He knocked three times and",
    secret: false,
  },
  {
    text: "The old king had a clock that told the truth. One day it stopped, and",
    secret: false,
  },
];
