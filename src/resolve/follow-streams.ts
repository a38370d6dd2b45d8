/** Which module streams count beside a host: those asked for with `--module`, then those the host follows, then defaults. */
import { isAppError } from '../base/errors.ts';
import type { HostStreams } from '../rpm/modules/host-streams.ts';
import type { ModuleStream } from '../rpm/modules/module-document.ts';
import type { StreamChoice } from '../rpm/modules/module-search.ts';
import type { ModuleState } from '../rpm/modules/module-state.ts';

/** The state of the modules, and what was odd, each text to stand behind "the host of FILE". */
export interface FollowedStreams {
  readonly modules: ModuleState;
  readonly notes: readonly string[];
}

type Activate = (chosen: StreamChoice, disabled: ReadonlySet<string>) => ModuleState;

/**
 * The modules beside a host. Streams of the host that no upstream has, or that cannot be active together, do not count and are told: its
 * dnf goes on without them, too.
 *
 * @throws {AppError} as `activate` does for what was asked for.
 */
export function followStreams(
  { enabled, disabled }: HostStreams,
  asked: StreamChoice,
  streams: readonly ModuleStream[],
  activate: Activate,
): FollowedStreams {
  const isKnown = ([module, stream]: readonly [string, string]) =>
    streams.some((build) => build.name === module && build.stream === stream);
  const notes = [...enabled].flatMap(([module, stream]) => {
    const other = asked.get(module);
    if (other !== undefined && other !== stream) {
      return [
        `follows module stream ${module}:${stream}; --module ${module}:${other} takes it to another: run "dnf module reset ${module}" there`,
      ];
    }
    return isKnown([module, stream]) ? [] : [`follows module stream ${module}:${stream}, which no upstream has`];
  });
  const off = new Set([...disabled].filter((module) => !asked.has(module)));
  try {
    return { modules: activate(new Map([...[...enabled].filter(isKnown), ...asked]), off), notes };
  } catch (error) {
    if (!isAppError(error, 'SOLVE_UNSATISFIABLE')) throw error;
    const why = `follows module streams that cannot be active together in these upstreams, and none of them counts: ${error.message}`;
    return { modules: activate(asked, off), notes: [...notes, why] };
  }
}
