// No test starts these deployments. The tests read deploy/: it parses, and everything that it names exists.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const deploy = join(root, 'deploy');
const text = path => readFileSync(join(root, path), 'utf8');

const below = folder => readdirSync(folder).flatMap(name => {
  const path = join(folder, name);
  return statSync(path).isDirectory() ? below(path) : [path];
});
const yamls = below(deploy).filter(path => path.endsWith('.yaml')).map(path => relative(root, path));

const parse = path => parseAllDocuments(text(path), { merge: true, uniqueKeys: true }).map(document => {
  assert.deepEqual([...document.errors, ...document.warnings].map(problem => problem.message), [], path);
  return document.toJS();
});
const objects = yamls.filter(path => path.startsWith('deploy/kubernetes/')).flatMap(parse);
const compose = parse('deploy/compose/compose.yaml')[0];

// Merges as two -f options do: a service of the second file adds to the first file's service.
const over = (below, above) => ({
  volumes: { ...below.volumes, ...above.volumes },
  secrets: { ...below.secrets, ...above.secrets },
  services: {
    ...below.services,
    ...Object.fromEntries(Object.entries(above.services).map(([name, service]) => {
      const { environment = {}, secrets = [], volumes = [], ...rest } = below.services[name] ?? {};
      return [name, {
        ...rest,
        ...service,
        environment: { ...environment, ...service.environment },
        secrets: [...secrets, ...service.secrets ?? []],
        volumes: [...volumes, ...service.volumes ?? []],
      }];
    })),
  },
});
const together = ['duende.yaml', 'standby.yaml'].map(file => parse(`deploy/compose/${file}`)[0]).reduce(over, compose);
const ofKind = kind => objects.filter(object => object.kind === kind);
const named = (kind, name) => {
  const found = ofKind(kind).find(object => object.metadata.name === name);
  assert.ok(found, `there is no ${kind} ${name}`);
  return found;
};

// All objects below a value that have this property.
const holding = (value, property) => value === null || typeof value !== 'object' ? [] : [
  ...(Object.hasOwn(value, property) ? [value[property]] : []),
  ...Object.values(value).flatMap(child => holding(child, property)),
];
const pods = objects.flatMap(object => holding(object, 'template')).filter(template => template.spec?.containers);
const containers = pods.flatMap(pod => pod.spec.containers);

const rpcSetup = text('src/CoalitionGateway/Platform/Rpc/RpcSetup.cs');
const healthSetup = text('src/CoalitionGateway/Platform/Rpc/HealthSetup.cs');
const options = [...text('src/CoalitionGateway/GatewayOptions.cs').split('public sealed class ConfiguredClient')[0]
  .matchAll(/public [\w<>]+ (\w+) \{ get;/g)].map(match => match[1]);

test('every YAML file parses, and there are some', () => {
  yamls.forEach(parse);
  assert.ok(yamls.length >= 8 && objects.length >= 12, `${yamls.length} files, ${objects.length} objects`);
});

test('every Kubernetes object has a kind and a unique name, in an existing namespace', () => {
  for (const object of objects) {
    assert.ok(object.apiVersion && object.kind && object.metadata?.name, JSON.stringify(object));
    if (object.kind !== 'Namespace') named('Namespace', object.metadata.namespace);
  }
  const names = objects.map(object => `${object.kind}/${object.metadata.name}`);
  assert.deepEqual(names, [...new Set(names)]);
});

test('every referenced ConfigMap and Secret exists, with the key', () => {
  const keysOf = (kind, name) => Object.keys(named(kind, name).data ?? named(kind, name).stringData ?? {});
  for (const { name, key } of holding(objects, 'secretKeyRef')) assert.ok(keysOf('Secret', name).includes(key), `${name}.${key}`);
  for (const { name, key } of holding(objects, 'configMapKeyRef')) assert.ok(keysOf('ConfigMap', name).includes(key), `${name}.${key}`);
  for (const { name } of holding(objects, 'configMapRef')) named('ConfigMap', name);
  for (const pod of pods) {
    for (const volume of pod.spec.volumes ?? []) {
      if (!volume.secret) continue;
      const keys = keysOf('Secret', volume.secret.secretName);
      const mounts = pod.spec.containers.flatMap(container => container.volumeMounts ?? []).filter(mount => mount.name === volume.name);
      assert.ok(mounts.length > 0 && mounts.every(mount => mount.subPath === undefined || keys.includes(mount.subPath)), volume.name);
    }
  }
});

test('the Secrets are empty', () => {
  for (const secret of ofKind('Secret')) assert.deepEqual(new Set(['', ...Object.values(secret.stringData ?? {})]), new Set(['']), secret.metadata.name);
});

test('connection strings hold no password, and name a file that is mounted', () => {
  const config = Object.assign({}, ...ofKind('ConfigMap').map(map => map.data));
  const found = containers.flatMap(container => {
    const texts = [...(container.args ?? []), ...(container.env ?? []).map(variable => variable.value ?? ''), ...(container.envFrom ? Object.values(config) : [])];
    // A pod's own address is no secret.
    for (const text of texts) assert.doesNotMatch(text.replace('$(POD_IP)', ''), /(password|pwd)=|\$\(/i, container.name);
    return texts.flatMap(text => /Passfile=([^;]+)/.exec(text)?.[1] ?? []).map(file => {
      assert.ok(container.volumeMounts.some(mount => mount.mountPath === file && mount.readOnly), `${container.name}: ${file}`);
      return file;
    });
  });
  // The portal has no database.
  assert.equal(found.length, containers.filter(container => container.name !== 'portal').length);
  for (const [name, service] of Object.entries(together.services)) {
    for (const text of [...Object.values(service.environment ?? {}), ...(service.command ?? [])]) assert.doesNotMatch(text, /(password|pwd)=/i, name);
  }
});

test('compose: services that mount secrets run as the user who owns them', () => {
  for (const [name, service] of Object.entries(together.services)) {
    if (service.secrets?.length) assert.match(service.user ?? '', /^\$\{COALITION_USER:\?/, name);
  }
});

test('every mount has its volume', () => {
  for (const { spec } of pods) {
    const volumes = (spec.volumes ?? []).map(volume => volume.name);
    for (const mount of spec.containers.flatMap(container => container.volumeMounts ?? [])) assert.ok(volumes.includes(mount.name), mount.name);
  }
});

test('every selector finds pods, and every named port is one of theirs', () => {
  const found = selector => pods.filter(pod => Object.entries(selector).every(([label, value]) => pod.metadata.labels[label] === value));
  const check = (what, selector, ports) => {
    const matching = found(selector);
    assert.ok(matching.length > 0, `${what} selects nothing`);
    for (const pod of matching) {
      const names = pod.spec.containers.flatMap(container => container.ports ?? []).map(port => port.name);
      for (const port of ports) assert.ok(names.includes(port), `${what}: ${port}`);
    }
  };
  for (const service of ofKind('Service')) check(service.metadata.name, service.spec.selector, service.spec.ports.map(port => port.targetPort));
  for (const policy of ofKind('NetworkPolicy')) {
    check(policy.metadata.name, policy.spec.podSelector.matchLabels, (policy.spec.ingress ?? []).flatMap(rule => rule.ports.map(port => port.port)));
  }
  for (const kind of ['Deployment', 'PodDisruptionBudget']) {
    for (const object of ofKind(kind)) check(object.metadata.name, object.spec.selector.matchLabels, []);
  }
  for (const { spec } of ofKind('HorizontalPodAutoscaler')) assert.ok(named(spec.scaleTargetRef.kind, spec.scaleTargetRef.name).spec.replicas === spec.minReplicas);
});

test('probes use paths that the gateway serves, at a port of the container', () => {
  const gateway = named('Deployment', 'coalition-gateway').spec.template.spec.containers[0];
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
    const { path, port } = gateway[probe].httpGet;
    assert.ok(healthSetup.includes(`MapHealthChecks("${path}"`), `${probe} asks for ${path}`);
    assert.ok(gateway.ports.some(known => known.name === port), `${probe} asks at ${port}`);
  }
  assert.equal(gateway.livenessProbe.httpGet.path, '/healthz/live');
});

test('the time allowed for a stop is longer than the gateway may need', () => {
  const shutdown = Number(rpcSetup.match(/ShutdownTimeout = TimeSpan\.FromSeconds\((\d+)\)/)[1]);
  const { terminationGracePeriodSeconds, containers: [{ lifecycle }] } = named('Deployment', 'coalition-gateway').spec.template.spec;
  assert.ok(terminationGracePeriodSeconds > shutdown + lifecycle.preStop.sleep.seconds);
  assert.ok(parseInt(compose['x-gateway'].stop_grace_period) > shutdown);
});

test('every Gateway__ variable is a setting, and the ports are those of the image', () => {
  assert.ok(options.includes('OtlpEndpoint') && options.includes('Postgres'));
  const set = [
    ...ofKind('ConfigMap').flatMap(map => Object.keys(map.data)),
    ...containers.flatMap(container => (container.env ?? []).map(variable => variable.name)),
    ...Object.values(together.services).flatMap(service => Object.keys(service.environment ?? {})),
  ].filter(name => name.startsWith('Gateway'));
  assert.ok(set.length >= 6);
  for (const name of set) assert.ok(options.includes(name.replace(/^Gateway__/, '')), name);
  const exposed = text('deploy/Containerfile').match(/^EXPOSE (5100 .*)$/m)[1].split(' ').map(Number);
  const ports = ['coalition-gateway', 'coalition-portal'].flatMap(name => named('Deployment', name).spec.template.spec.containers[0].ports.map(port => port.containerPort));
  assert.deepEqual(ports, exposed);
});

test('every Portal__ variable is a setting of the portal', () => {
  const known = [...text('src/CoalitionGateway.Portal/PortalOptions.cs').matchAll(/public \S+ (\w+) \{ get; set; \}/g)].map(found => found[1]);
  const set = containers.flatMap(container => (container.env ?? []).map(variable => variable.name)).filter(name => name.startsWith('Portal__'));
  assert.ok(set.length >= 4 && known.includes('Authority'));
  for (const name of set) assert.ok(known.includes(name.replace(/^Portal__/, '')), name);
});

test('no container may do more than it needs', () => {
  for (const { spec } of pods) {
    assert.ok(spec.securityContext.runAsNonRoot && spec.automountServiceAccountToken === false);
    for (const container of spec.containers) {
      assert.deepEqual(container.securityContext, { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
      assert.ok(container.resources.requests.cpu && container.resources.limits.memory);
      assert.ok(!container.image.endsWith(':latest') && container.image.includes(':'));
    }
  }
  assert.match(text('deploy/Containerfile'), /^USER \$APP_UID$/m);
});

test('compose: everything that a service mounts, waits for and reads exists', () => {
  for (const [name, service] of Object.entries(together.services)) {
    for (const secret of service.secrets ?? []) assert.ok(together.secrets[secret], `${name}: ${secret}`);
    for (const other of Object.keys(service.depends_on ?? {})) assert.ok(together.services[other], `${name}: ${other}`);
    for (const volume of service.volumes ?? []) {
      const source = volume.split(':')[0];
      assert.ok(source.startsWith('./') ? existsSync(join(deploy, 'compose', source)) : Object.hasOwn(together.volumes, source), `${name}: ${source}`);
    }
    if (service.build) {
      const context = join(deploy, 'compose', service.build.context);
      assert.ok(existsSync(join(context, service.build.dockerfile)) && existsSync(join(context, 'CoalitionGateway.sln')), name);
    }
    for (const value of [...Object.values(service.environment ?? {}), ...(service.command ?? [])]) {
      const secret = /\/run\/secrets\/([\w.]+)/.exec(value)?.[1];
      if (secret) assert.ok(service.secrets.includes(secret), `${name}: ${secret}`);
      const hosts = /Host=([\w,]+)|^https?:\/\/([a-z]+):/.exec(value);
      for (const host of (hosts?.[1] ?? hosts?.[2] ?? '').split(',').filter(Boolean)) assert.ok(together.services[host], `${name}: ${value}`);
    }
  }
  const script = text('deploy/compose/make-secrets');
  for (const { file } of Object.values(together.secrets)) {
    const [, role, kind] = /secrets\/(\w+)\.(\w+)$/.exec(file);
    assert.ok(script.includes(role) && script.includes(`.${kind}`), file);
  }
});

test('Redis requires a password that is in no argument, and evicts nothing', () => {
  const { command, secrets } = compose.services.redis;
  assert.equal(command[command.indexOf('--maxmemory-policy') + 1], 'noeviction');
  assert.ok(command.includes('/run/secrets/redis.conf') && secrets.includes('redis.conf'));
  assert.ok(!command.some(word => /requirepass|masterauth|masteruser/.test(word)));
  const script = text('deploy/compose/make-secrets');
  assert.match(script, /requirepass %s.*secrets\/redis\.password.*>secrets\/redis\.conf/);
  for (const service of Object.values(together.services).filter(service => service.environment?.Gateway__Redis)) {
    assert.equal(service.environment.Gateway__RedisPasswordFile, '/run/secrets/redis.password');
    assert.ok(service.secrets.includes('redis.password') && !service.environment.Gateway__Redis.includes('password'));
  }

  // In a cluster Redis is on another host: it needs TLS, and the whole connection is in a Secret.
  const gateway = named('Deployment', 'coalition-gateway').spec.template.spec.containers[0];
  const { name, key } = gateway.env.find(variable => variable.name === 'Gateway__Redis').valueFrom.secretKeyRef;
  assert.match(text('deploy/kubernetes/secrets.yaml'), new RegExp(`name: ${name}[^]*# \\S+:6380,ssl=true,\\S*password=\\.\\.\\.\\n  ${key}: ""`));
  for (const map of ofKind('ConfigMap')) assert.ok(!Object.hasOwn(map.data, 'Gateway__Redis'));
  const egress = named('NetworkPolicy', 'coalition-gateway').spec.egress.flatMap(rule => rule.ports).map(({ port }) => port);
  assert.ok(egress.includes(6380) && !egress.includes(6379));
});

test('compose: gateways store data only in PostgreSQL and in one shared folder', () => {
  const gateways = Object.entries(compose.services).filter(([name]) => name.startsWith('gateway-')).map(([, service]) => service);
  assert.equal(gateways.length, 2);
  for (const gateway of gateways) assert.deepEqual(gateway.volumes, ['data:/data']);
});

test('the Containerfile copies existing files only', () => {
  const copies = [...text('deploy/Containerfile').matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(match => match[1].split(' '));
  assert.ok(copies.length >= 7);
  for (const source of copies) assert.ok(existsSync(join(root, source)), source);
  const project = /dotnet publish (\S+)/.exec(text('deploy/Containerfile'))[1];
  const program = /<AssemblyName>(.*)<\/AssemblyName>/.exec(text(`${project}/CoalitionGateway.Cli.csproj`))[1];
  assert.match(text('deploy/Containerfile'), new RegExp(`ENTRYPOINT \\["/app/${program}"\\]`));
});
