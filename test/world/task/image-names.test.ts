// Names of published images, as SWE-bench and SWE-smith derive them.
import { expect, test } from 'vitest';
import { sweBenchImage, sweSmithImage } from '../../../src/world/task/image-names.ts';

test.each([
  [{}, 'swebench/sweb.eval.x86_64.django_1776_django-11099:latest'],
  [{ arch: 'arm64', tag: 'v2' }, 'swebench/sweb.eval.arm64.django_1776_django-11099:v2'],
  [{ namespace: '' }, 'sweb.eval.x86_64.django__django-11099:latest'],
  [
    { namespace: 'registry.example:5000/me' },
    'registry.example:5000/me/sweb.eval.x86_64.django_1776_django-11099:latest',
  ],
] as const)('SWE-bench, %j', (options, name) => {
  expect(sweBenchImage('Django__django-11099', options)).toBe(name);
});

test('SWE-smith: one of a commit, from the repo that a row names', () => {
  const repo = 'swesmith/Pydantic__pydantic.acb0f10f';
  expect(sweSmithImage(repo)).toBe('jyangballin/swesmith.x86_64.pydantic_1776_pydantic.acb0f10f:latest');
  expect(sweSmithImage(repo, { namespace: '' })).toBe('swesmith.x86_64.pydantic__pydantic.acb0f10f:latest');
});
