/** A Map remembers in which order its keys were set; this forgets the oldest beyond a bound. */
export function dropOldest(map: Map<unknown, unknown>, keep: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= keep) return;
    map.delete(oldest);
  }
}
