/** VictoriaTraces on INFRA hosts: stores the traces of applications (https://docs.victoriametrics.com/victoriatraces/). */
import type { Service } from '../../install/contract/declaration.ts';
import type { HostParams } from '../../install/contract/desired.ts';
import { victoriaStore } from '../kit/victoria-store.ts';

export const vtraces: Service<HostParams> = victoriaStore({
  name: 'vtraces',
  description: 'VictoriaTraces, trace database',
  directory: '/infra/traces',
});
