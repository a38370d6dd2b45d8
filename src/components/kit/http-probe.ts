/** The probe of a component that answers over HTTP. */
import type { Probe } from '../../install/contract/declaration.ts';
import { bracketed, listenHost } from './listen-address.ts';

/** Asks the component itself, not through nginx. */
export function httpProbe(component: string, listen: string, path: string, contains?: string): Probe {
  const url = `http://${bracketed(listenHost(listen))}:${listen.slice(listen.lastIndexOf(':') + 1)}${path}`;
  return { id: component, component, kind: 'http', url, ...(contains === undefined ? {} : { contains }) };
}
