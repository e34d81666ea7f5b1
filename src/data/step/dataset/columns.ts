// Columns of a data set, for file formats that want to know them beforehand.

export type ColumnType = 'string' | 'int' | 'boolean' | { list: ColumnType } | { struct: Columns };
export type Columns = { [name: string]: ColumnType };

/** Chat messages as `datasets` loads them: a list of structs. */
export const MESSAGES: ColumnType = { list: { struct: { role: 'string', content: 'string' } } };
