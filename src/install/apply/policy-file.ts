/** How Debian's package scripts are told to start nothing while a transaction runs (invoke-rc.d(8)). */

/** Where they ask. */
export const POLICY_FILE = '/usr/sbin/policy-rc.d';

/** Always answers no (101): the installer starts what it configured, once it is configured. */
export const POLICY = '#!/bin/sh\n# Put here by pigsty-install for the time of a package transaction.\nexit 101\n';
