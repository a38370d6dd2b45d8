/** Where a host keeps its keys, certificates and passwords between runs. All are below the directory that `earlier-runs.ts` reads. */

export const RETAINED_PKI_DIRECTORY = '/etc/pigsty/pki';
export const RETAINED_CA_CERT = `${RETAINED_PKI_DIRECTORY}/ca.crt`;
export const RETAINED_CA_KEY = `${RETAINED_PKI_DIRECTORY}/ca.key`;
export const RETAINED_INFRA_CERT = `${RETAINED_PKI_DIRECTORY}/infra.crt`;
export const RETAINED_INFRA_KEY = `${RETAINED_PKI_DIRECTORY}/infra.key`;
export const RETAINED_NGINX_CERT = `${RETAINED_PKI_DIRECTORY}/nginx.crt`;
export const RETAINED_NGINX_KEY = `${RETAINED_PKI_DIRECTORY}/nginx.key`;
/** Generated passwords, as parameters that could stand in pigsty.yml. */
export const RETAINED_SECRETS = '/etc/pigsty/secrets.yml';
