"""Stand-ins for Grafana, VictoriaLogs, VictoriaTraces and Vector, whose packages cannot be had on the test machine: the same names, flags and paths, a tiny
server that parses the configuration it is given, refuses what it does not know, and answers the health endpoint. Not the real programs."""
import configparser, glob, json, os, re, sys, threading, time, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import yaml


def fail(message):
    sys.exit('stand-in: ' + message)


def serve(address, answers, on_post=None):
    class Handler(BaseHTTPRequestHandler):
        def answer(self, body):
            found = answers.get(self.path.split('?')[0])
            body = found() if callable(found) else found
            self.send_response(200 if body is not None else 404)
            self.end_headers()
            self.wfile.write((body or 'not found').encode())

        def do_GET(self):
            self.answer(None)

        def do_POST(self):
            if on_post:
                on_post(self.path, self.headers, self.rfile.read(int(self.headers.get('Content-Length', 0))))
            self.answer(None)

        def log_message(self, *_):
            pass

    host, port = address.rsplit(':', 1)
    ThreadingHTTPServer((host.strip('[]'), int(port)), Handler).serve_forever()


def victoria(known):
    flags = {}
    for word in sys.argv[1:]:
        match = re.fullmatch(r'--?([A-Za-z.]+)=(.*)', word) or fail('not a flag: ' + word)
        if match[1] not in known:
            fail('flag provided but not defined: -' + match[1])
        flags[match[1]] = match[2]
    data = flags['storageDataPath']
    with open(os.path.join(data, 'flock.lock'), 'w') as file:
        file.write('stand-in')
    lines = []
    serve(
        flags['httpListenAddr'] if not flags['httpListenAddr'].startswith(':') else '0.0.0.0' + flags['httpListenAddr'],
        {'/health': 'OK', '/metrics': lambda: f'vl_rows_ingested_total {len(lines)}\n', '/insert/jsonline': '', '/stand-in/lines': lambda: '\n'.join(lines)},
        lambda path, headers, body: lines.extend(body.decode().splitlines()) if path.startswith('/insert/jsonline') else None,
    )


def grafana():
    path = next((word.split('=', 1)[1] for word in sys.argv[1:] if word.startswith('--config=')), fail) or fail('no --config')
    ini = configparser.RawConfigParser(interpolation=None, strict=True)
    ini.read_file(open(path))
    known = set('paths server database analytics security snapshots dashboards users auth auth.anonymous auth.proxy news plugins sql_datasources '
                'unified_alerting unified_alerting.prometheus_conversion recording_rules panels'.split())
    unknown = [name for name in ini.sections() if name not in known]
    if unknown:
        fail('unknown sections: ' + ' '.join(unknown))
    for name in ('reporting_enabled', 'check_for_updates', 'check_for_plugin_updates'):
        if ini['analytics'].getboolean(name):
            fail(name + ' would reach the internet')
    if not ini['server'].getboolean('serve_from_sub_path') or ini['server']['root_url'] != '/ui/':
        fail('not below /ui/')
    if len(ini['security']['admin_password']) < 4:
        fail('no admin password')
    provisioning = ini['paths']['provisioning']
    sources = [one for file in sorted(glob.glob(provisioning + '/datasources/*.yml')) for one in yaml.safe_load(open(file))['datasources']]
    for source in sources:
        if not {'name', 'uid', 'type', 'access', 'url'} <= set(source):
            fail('incomplete data source: ' + json.dumps(source))
    if len({source['uid'] for source in sources}) != len(sources) or sum(source.get('isDefault', False) for source in sources) != 1:
        fail('data sources are not unique')
    boards = []
    for file in sorted(glob.glob(provisioning + '/dashboards/*.yml')):
        for provider in yaml.safe_load(open(file))['providers']:
            for board in sorted(glob.glob(provider['options']['path'] + '/**/*.json', recursive=True)):
                boards.append(json.load(open(board))['title'])
    health = json.dumps({'database': 'ok', 'version': 'stand-in'}) + '\n'
    state = json.dumps({'sources': [source['name'] for source in sources], 'boards': boards})
    answers = {'/api/health': health, '/ui/api/health': health, '/ui/stand-in': state, '/metrics': 'grafana_build_info 1\n', '/ui/': 'Grafana (stand-in)'}
    serve(ini['server']['http_addr'] + ':' + ini['server']['http_port'], answers)


def vector():
    words = sys.argv[1:]
    directory = words[words.index('--config-dir') + 1]
    merged = {'sources': {}, 'transforms': {}, 'sinks': {}}
    for file in sorted(glob.glob(directory + '/*.yaml')):
        for key, value in yaml.safe_load(open(file)).items():
            if key in merged:
                merged[key].update(value)
            elif key not in ('data_dir', 'api'):
                fail(f'{file}: unknown key {key}')
    components = {**merged['sources'], **merged['transforms']}
    for name, one in {**merged['transforms'], **merged['sinks']}.items():
        for wanted in one['inputs']:
            if not any(re.fullmatch(wanted.replace('*', '.*'), other) for other in components if other != name):
                fail(f'{name}: input {wanted} matches nothing')
    if words[0] == 'validate':
        return
    logs = [sink for sink in merged['sinks'].values() if sink['type'] == 'http']

    def ship():
        for sink in logs:
            while True:
                try:
                    line = json.dumps({'_time': '', 'message': 'stand-in', 'job': 'syslog'}).encode()
                    urllib.request.urlopen(urllib.request.Request(sink['uri'], line, sink['request']['headers']), timeout=3)
                    break
                except OSError:
                    time.sleep(1)

    threading.Thread(target=ship, daemon=True).start()
    serve(merged['sinks']['vmetrics']['address'], {'/metrics': 'vector_started_total 1\n'})


VICTORIA = 'storageDataPath httpListenAddr retentionPeriod retention.maxDiskSpaceUsageBytes insert.maxLineSizeBytes search.maxQueryDuration'.split()
{
    'grafana-server': grafana,
    'victoria-logs': lambda: victoria(VICTORIA),
    'victoria-traces': lambda: victoria(VICTORIA),
    'vector': vector,
}[os.path.basename(sys.argv[0])]()
