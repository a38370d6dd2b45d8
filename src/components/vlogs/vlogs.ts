/** VictoriaLogs on INFRA hosts: stores the logs of all hosts (https://docs.victoriametrics.com/victorialogs/). */
import type { Service } from '../../install/contract/declaration.ts';
import type { HostParams } from '../../install/contract/desired.ts';
import { victoriaStore } from '../kit/victoria-store.ts';

export const vlogs: Service<HostParams> = victoriaStore({
  name: 'vlogs',
  description: 'VictoriaLogs, log database',
  directory: '/infra/logs',
});
