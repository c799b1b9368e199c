/** Resident memory of a server in bytes, from its /metrics; null where that cannot be read (a replica that was killed). */
export async function residentBytes(metricsUrl: string): Promise<number | null> {
  try {
    const response = await fetch(metricsUrl);
    const value = /^process_resident_memory_bytes (\S+)$/m.exec(await response.text())?.[1];
    return response.ok && value !== undefined ? Number(value) : null;
  } catch {
    return null;
  }
}
