// Counts in messages: `1 row`, `2 rows`.

/** `many` where the plural is not the singular with an `s`. */
export const countOf = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
