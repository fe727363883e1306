/** Ids are told by their beginning, as people copy them from a screen; fewer characters could soon be anybody's. */
export const shortIdAtLeast = 6;

/** The id that is meant: itself, or the only one that begins so. */
export function idMeant(id: string, ids: readonly string[]): string | undefined {
  if (ids.includes(id) || id.length < shortIdAtLeast) return ids.find((one) => one === id);
  const [found, other] = ids.filter((one) => one.startsWith(id));
  return other === undefined ? found : undefined;
}
