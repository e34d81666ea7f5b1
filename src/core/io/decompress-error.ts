/** The file could be opened, but what it holds cannot be decompressed further. What came before it is good. */
export class DecompressError extends Error {}
