// What no program in Node does without: rows are read and parsed, and as many bytes written as the step instances are. Arguments: rows,
// output, bytes to write. Prints how many rows there are.
import { createReadStream, openSync, writeSync } from 'node:fs';

const [rows, output, total] = process.argv.slice(2);
const file = openSync(output, 'w');
const bytes = Buffer.alloc(512 * 1024, 'x');
let [count, left, rest] = [0, Number(total), Buffer.alloc(0)];
const write = () => {
  left -= writeSync(file, bytes, 0, Math.min(left, bytes.length));
};

for await (const chunk of createReadStream(rows, { highWaterMark: 1024 * 1024 })) {
  const held = Buffer.concat([rest, chunk]);
  let start = 0;
  for (let end = held.indexOf('\n'); end !== -1; end = held.indexOf('\n', start)) {
    JSON.parse(held.toString('utf8', start, end));
    count += 1;
    write();
    start = end + 1;
  }
  rest = held.subarray(start);
}
while (left > 0) write();
console.log(count);
