/** The closed forms against numbers computed elsewhere. */
import { describe, expect, it } from "vitest";
import { halfWidth, type MechanismParameters } from "../mechanism/params.ts";
import { bitsBound, delta, epsilon } from "./binomial.ts";

const near = (value: number, exact: number, tolerance = 1e-9) =>
  expect(Math.abs(value - exact), `${value} against ${exact}`).toBeLessThanOrEqual(tolerance * exact);

describe("presets", () => {
  // The project's golden/accounting.json: 50-digit arithmetic, written independently of this code (spec section 3);
  // here rounded to doubles.
  it.each([
    [1, 4, 64, 1, 0.008067664895780353, 4.3694137032565, 4.8760922603407, 0.12697484979355, 0.18029775346992],
    [4, 4, 64, 1, 0.03220783132004154, 24.237608343488, 26.198790954475, 0.92633867180968, 2.8754079633855],
    [8, 4, 64, 1, 0.06401843996644799, 64.342674850248, 68.192290226539, 0.99988854861398, 11.38357697911],
    [8, 4, 64, 10, 0.06401843996644799, 422.08763895144, 434.25510636018, 1.0, 113.8357697911],
    [1, 1, 32, 1, 0.04402254531628119, 4.1415070343144, 4.5350439685893, 0.12589813246593, 0.17917082688614],
    [8, 2, 128, 1, 0.1, 63.005075551776, 66.568098423075, 0.99987748582227, 11.154971729407],
  ])("mu %d, %d bits, dim %d, %d tokens", (mu, bits, dim, tokens, q, epsilon5, epsilon6, deltaAt1, bound) => {
    const params: MechanismParameters = { mechanism: "binomial", mu, bits, dim, clip: 1, sparsity: 1 };
    near(halfWidth(params), q, 1e-15);
    const budget = { rounds: (2 ** bits - 1) * dim * tokens, q: halfWidth(params) };
    near(epsilon(1e-5, budget), epsilon5);
    near(epsilon(1e-6, budget), epsilon6);
    near(delta(1, budget), deltaAt1);
    near(bitsBound(budget), bound);
  });
});

// mpmath at 50 digits: probabilities from loggamma, summed one by one; epsilon as ln((Pr+[K >= k] - delta) / Pr-[K >= k])
// after a bisection over k, the textbook form, which this code avoids. q and delta are the doubles written here.
describe("the ends of the range", () => {
  it.each([
    [1, 0.3, 0.27807190511263763, 0.4702557458599743],
    [7, 0.2, 0.8309637053851517, 0.6661657659260387],
    [15, 1e-9, 4.328085122666891e-17, 0],
    [3_825, 0.45, 2729.531639031468, 1],
    [1_000, 0.4999, 998.5269664716719, 1],
    [96_000, 0.0320078, 283.9778231071247, 1],
    [1e6, 0.001, 2.8853920053743924, 0.9419165002607494],
    [1e8, 1e-5, 0.028853900819702866, 0.025629801698221318],
    [1e8, 0.0005, 72.13476406691166, 1],
  ])("%d rounds at q = %d: bits, and delta at epsilon 1/2", (rounds, q, bits, deltaAtHalf) => {
    near(bitsBound({ rounds, q }), bits, 1e-13);
    near(delta(0.5, { rounds, q }), deltaAtHalf, 1e-11);
  });

  it.each([
    [1, 0.3, 1e-12, 1.3862943611186405],
    [1, 0.3, 1e-5, 1.3862818610417649],
    [1, 0.3, 0.3, 0.916290731874155],
    [7, 0.2, 1e-12, 5.931085022698283],
    [7, 0.2, 1e-5, 5.930963588769733],
    [7, 0.2, 0.3, 2.4893059231426995],
    [15, 1e-9, 1e-12, 5.045200005166285e-8],
    [15, 1e-9, 1e-9, 1.7668284848195223e-8],
    [3_825, 0.45, 1e-12, 10649.13402979035],
    [3_825, 0.45, 1e-5, 10458.895054023727],
    [3_825, 0.45, 0.3, 10178.08141128294],
    [1_000, 0.4999, 1e-12, 9210.240366975959],
    [1_000, 0.4999, 0.3, 9209.837568908195],
    [96_000, 0.0320078, 1e-12, 1065.686439808091],
    [96_000, 0.0320078, 1e-5, 955.96205325293],
    [96_000, 0.0320078, 0.3, 807.6862205299828],
    [96_000, 0.0320078, 0.9, 736.0736394720292],
    [1e6, 0.001, 1e-12, 35.56184161084146],
    [1e6, 0.001, 1e-5, 24.381547878420914],
    [1e6, 0.001, 0.3, 9.171293298762107],
    [1e8, 1e-5, 1e-12, 2.7270952029709266],
    [1e8, 1e-5, 1e-5, 1.5549816724969794],
    [1e8, 0.0005, 1e-12, 339.83318568882214],
    [1e8, 0.0005, 1e-5, 284.3918883065364],
  ])("%d rounds at q = %d: epsilon at delta %d", (rounds, q, d, exact) => {
    near(epsilon(d, { rounds, q }), exact, 1e-11);
  });
});
