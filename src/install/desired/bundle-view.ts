/** The component map of a bundle index, as the installer understands it. */
import { basename } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { familyOf } from '../../base/target.ts';
import type { BundleIndex } from '../../pack/format/bundle-index.ts';
import { RPM_KEY_PATH } from '../../pack/format/layout.ts';
import type { BundleView } from '../contract/declaration.ts';

const textList = z.array(z.string());
const component = z.union([
  z.object({ absent: z.string() }),
  z.object({
    packages: textList,
    binary: z
      .string()
      .startsWith('/')
      .nullish()
      .transform((value) => value ?? null),
    unit: z
      .string()
      .nullish()
      .transform((value) => value ?? null),
    masks: textList.nullish().transform((value) => value ?? []),
    user: z
      .string()
      .nullish()
      .transform((value) => value ?? 'root'),
    config: textList.nullish().transform((value) => value ?? []),
    version: z
      .string()
      .nullish()
      .transform((value) => value ?? null),
  }),
]);

/** What services need of a bundle's index. @throws {AppError} `BUNDLE_INVALID` when the component map is not one. */
export function bundleView(index: BundleIndex, source: string): BundleView {
  const parsed = z.record(z.string(), component).safeParse(index.components);
  if (!parsed.success) {
    const faults = parsed.error.issues.slice(0, 10).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new AppError('BUNDLE_INVALID', `${source}: the component map is not valid:\n  ${faults.join('\n  ')}`);
  }
  const { distro, arch } = index.target;
  return {
    id: index.id,
    version: index.version,
    distro,
    arch,
    family: familyOf(distro),
    flavor: index.flavor,
    components: parsed.data,
    recommends: index.request.recommends,
    repositoryKey: index.files.some(({ path }) => path === RPM_KEY_PATH) ? basename(RPM_KEY_PATH) : null,
  };
}
