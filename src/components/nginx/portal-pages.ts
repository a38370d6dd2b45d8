/** The portal's own pages: home in English and Chinese, and "not found". Static text: no script, nothing loaded from elsewhere. */
import { HOME_PAGE, NOT_FOUND_PAGE } from '../../base/asset-layout.ts';
import type { ServiceCard } from '../../config/inventory/infra-shape.ts';
import type { Desired } from '../../install/contract/desired.ts';
import { type PageValue, renderHtmlPage } from '../../template/html-page.ts';
import { assetsOf } from '../kit/assets-of.ts';
import { hasComponent } from '../kit/component-entry.ts';
import { componentMounts, MOUNT_PATHS } from '../kit/component-mounts.ts';
import { haproxyPath } from '../kit/haproxy-path.ts';
import { portalNames } from '../kit/portal-names.ts';

const WORDS = {
  en: {
    file: 'index.html',
    other: 'zh',
    otherName: '中文',
    otherUrl: '/zh',
    dashboards: 'Dashboards',
    dashboardsText: 'Grafana: metrics, logs and alerts in pictures',
    services: 'Services',
    sites: 'Sites',
    hosts: 'Hosts',
    address: 'Address',
    node: 'Node',
    cluster: 'Cluster',
    roles: 'Role',
    admin: 'admin',
  },
  zh: {
    file: 'zh.html',
    other: 'en',
    otherName: 'English',
    otherUrl: '/',
    dashboards: '监控大盘',
    dashboardsText: 'Grafana:指标、日志与告警',
    services: '服务',
    sites: '站点',
    hosts: '主机',
    address: '地址',
    node: '节点',
    cluster: '集群',
    roles: '角色',
    admin: '管理节点',
  },
} as const;
const LANGUAGES = ['en', 'zh'] as const;

/** Files below the web root. Without page templates among the assets there are none. */
export function portalPages(desired: Desired): { name: string; content: string }[] {
  const pages = new Map(assetsOf(desired, 'page').map(([path, content]) => [path, new TextDecoder().decode(content)]));
  const home = pages.get(HOME_PAGE);
  const notFound = pages.get(NOT_FOUND_PAGE);
  const homes =
    home === undefined
      ? []
      : LANGUAGES.map((language) => ({ name: WORDS[language].file, content: renderHtmlPage(home, pageValues(desired, language)) }));
  return notFound === undefined ? homes : [...homes, { name: '404.html', content: renderHtmlPage(notFound, {}) }];
}

function pageValues(desired: Desired, language: 'en' | 'zh'): Record<string, PageValue> {
  const { params } = desired;
  const { file, ...words } = WORDS[language];
  const cards = [...params.infra_services, ...params.infra_extra_services]
    .filter((card) => isThere(desired, card))
    .map((card) => cardValues(card, language));
  const sites = Object.entries(params.infra_portal)
    .filter(([name, entry]) => name !== 'home' && entry.domain !== undefined)
    .map(([name, entry]) => {
      const [domain = ''] = portalNames(entry);
      const isTls = params.nginx_sslmode === 'enforce' || (entry.enforce_https === true && params.nginx_sslmode !== 'disable');
      return { name, domain, url: `${isTls ? 'https' : 'http'}://${domain}/` };
    });
  return {
    ...words,
    language,
    version: params.version,
    hasGrafana: hasComponent(desired, 'grafana') && params.grafana_enabled,
    cards,
    hasSites: sites.length > 0,
    sitesList: sites,
    hostsList: desired.hosts.map((host) => ({
      ip: host.address,
      nodename: host.nodename,
      clusterName: host.cluster,
      role: [
        ...(host.infraSeq === undefined ? [] : [`infra-${host.infraSeq}`]),
        ...(host.address === desired.adminIp ? [words.admin] : []),
      ].join(', '),
      haproxy: hasComponent(desired, 'haproxy') ? haproxyPath(host.nodename) : '',
    })),
  };
}

/** A card that leads into a component's mount is shown only where that component is. */
function isThere(desired: Desired, card: ServiceCard): boolean {
  const prefix = MOUNT_PATHS.find((path) => card.url.startsWith(path));
  if (card.url === '/pev') return hasComponent(desired, 'pev2');
  return prefix === undefined || componentMounts(desired).some((mount) => mount.path === prefix);
}

const ICONS: Readonly<Record<string, string>> = {
  metrics: '📈',
  logs: '📜',
  traces: '🧭',
  discovery: '🔭',
  target: '🎯',
  alert: '🔔',
  alertmgr: '🚨',
  database: '🗄️',
  file: '📄',
  activity: '💓',
  lock: '🔒',
  package: '📦',
  search: '🔍',
  code: '💻',
  jupyter: '📓',
  claude: '✳️',
};

function cardValues(card: ServiceCard, language: 'en' | 'zh'): Record<string, PageValue> {
  const isChinese = language === 'zh';
  return {
    title: isChinese ? (card.name_cn ?? card.name) : card.name,
    text: isChinese ? (card.desc_cn ?? card.desc) : card.desc,
    // Anything but a path or a web address could run code in the reader's browser.
    url: /^(?:\/(?!\/)|https?:\/\/)/.test(card.url) ? card.url : '/',
    icon: ICONS[card.icon] ?? '🔗',
  };
}
