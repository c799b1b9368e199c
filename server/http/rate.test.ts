import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { testApp, type TestApp } from "../testing/test-app.ts";
import { createBuckets, networkOf } from "./rate.ts";

describe("createBuckets", () => {
  it("gives a burst at once, then one per interval, and says when", () => {
    let now = 5000;
    const buckets = createBuckets({ perMinute: 60, burst: 3 }, () => now);
    expect([1, 2, 3, 4].map(() => buckets.take("a"))).toEqual([0, 0, 0, 1]);
    expect(buckets.take("b")).toBe(0);
    now += 1000;
    expect([buckets.take("a"), buckets.take("a")]).toEqual([0, 1]);
  });

  it("never gives more than the burst and the rate in any span, whatever the times", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 300 }), (waits, burst, perMinute) => {
        let now = 0;
        const buckets = createBuckets({ perMinute, burst }, () => now);
        const taken: number[] = [];
        for (const wait of waits) {
          now += wait;
          if (buckets.take("a") === 0) taken.push(now);
        }
        for (const [i, from] of taken.entries()) {
          for (const [j, to] of taken.entries()) {
            if (j < i) continue;
            expect(j - i + 1).toBeLessThanOrEqual(burst + ((to - from) * perMinute) / 60_000 + 1e-6);
          }
        }
      }),
    );
  });

  it("holds to what it said: after that many seconds there is one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 5 }), (perMinute, burst) => {
        let now = 0;
        const buckets = createBuckets({ perMinute, burst }, () => now);
        for (let i = 0; i < burst; i++) buckets.take("a");
        const seconds = buckets.take("a");
        expect(seconds).toBeGreaterThan(0);
        now += 1000 * seconds;
        expect(buckets.take("a")).toBe(0);
      }),
    );
  });

  it("forgets full buckets, and the oldest when there are too many", () => {
    let now = 0;
    const buckets = createBuckets({ perMinute: 60, burst: 1 }, () => now, 10);
    for (let i = 0; i < 100; i++) buckets.take(`${i}`);
    expect(buckets.size).toBe(10);
    now += 2000;
    buckets.take("new");
    expect(buckets.size).toBe(1);
  });
});

describe("networkOf", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:0:1::5", "2001:db8:0:1"],
    ["2001:0db8::1:2:3:4", "2001:db8:0:0"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["::1", "0:0:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
  ])("%s counts as %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe("rates over HTTP", () => {
  let server: TestApp;
  afterEach(async () => {
    vi.useRealTimers();
    await server.close();
  });
  const post = (headers: Record<string, string> = {}, remoteAddress = "192.0.2.1") =>
    server.app.inject({ method: "POST", url: "/v1/completions", payload: server.body(), headers, remoteAddress });

  it("refuses an address that is too fast, whatever it claims to be, and no other; files cost nothing", async () => {
    server = await testApp({ access: { addressRate: { perMinute: 1, burst: 2 } } });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await post({ "x-forwarded-for": `198.51.100.${i}` })).statusCode);
    expect(statuses).toEqual([200, 200, 429]);
    const refused = await post();
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(1);
    expect(refused.json()).toMatchObject({ error: { code: "rate_limited", type: "invalid_request_error" } });
    expect((await post({}, "192.0.2.2")).statusCode).toBe(200);
    expect((await server.app.inject({ url: "/v1/models", remoteAddress: "192.0.2.1" })).statusCode).toBe(200);
  });

  it("believes a trusted proxy and nobody else", async () => {
    const access = { addressRate: { perMinute: 1, burst: 1 }, proxies: ["10.0.0.0/8"] };
    server = await testApp({ access });
    const through = async (client: string) => (await post({ "x-forwarded-for": client }, "10.1.2.3")).statusCode;
    expect([await through("192.0.2.1"), await through("192.0.2.2"), await through("192.0.2.1")]).toEqual([
      200, 200, 429,
    ]);
    // What the client itself wrote in front stays unread.
    expect(await through("203.0.113.9, 192.0.2.2")).toBe(429);
  });

  it("is not moved by a clock that jumps", async () => {
    server = await testApp({ access: { addressRate: { perMinute: 1, burst: 1 } } });
    vi.useFakeTimers({ toFake: ["Date"] });
    expect((await post()).statusCode).toBe(200);
    vi.setSystemTime(Date.now() + 86_400_000);
    expect((await post()).statusCode).toBe(429);
    vi.setSystemTime(Date.now() - 10 * 86_400_000);
    const refused = await post();
    expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(60);
    expect((await post({}, "192.0.2.9")).statusCode).toBe(200);
  });
});
