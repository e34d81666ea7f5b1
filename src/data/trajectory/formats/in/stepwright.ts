// Our own rows. They know where they come from.
import { trajectorySchema } from '../../../../core/schema/trajectory.ts';
import { type Format, parseAs } from '../format.ts';

export const stepwright: Format = {
  name: 'stepwright',
  fields: Object.keys(trajectorySchema.shape),
  isRow: (row) => typeof row.schema_version === 'number',
  read: (row) => parseAs(trajectorySchema, row),
};
